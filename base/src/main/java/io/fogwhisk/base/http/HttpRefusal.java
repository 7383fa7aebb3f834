package io.fogwhisk.base.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a role answers to a request that the HTTP server refuses before the role's routes see it: a path that is no path,
 * headers that are too long. Called on the server's threads; must not block.
 */
@FunctionalInterface
public interface HttpRefusal {

    /**
     * The answer.
     *
     * @param status of the answer, which is the server's choice
     * @param reason in the server's words
     * @param requestId the header {@code X-Request-ID}, if the request got as far
     */
    Answer answer(int status, String reason, @Nullable String requestId);

    /**
     * Headers and body.
     *
     * @param headers with the type of the body
     * @param body sent as UTF-8
     */
    record Answer(Map<String, String> headers, String body) {

        /** Copies the map. */
        public Answer {
            headers = Map.copyOf(headers);
        }
    }
}
