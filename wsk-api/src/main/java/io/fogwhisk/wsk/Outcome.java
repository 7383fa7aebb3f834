package io.fogwhisk.wsk;

import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import java.util.Objects;
import java.util.Optional;

/** What became of a call to an {@link OpenWhisk}. Whether trying again can help is part of the type. */
public sealed interface Outcome {

    /**
     * The call is on durable storage and will be run.
     *
     * @param activationId empty for a trigger without an active rule, which records nothing (REST: 204)
     */
    record Accepted(Optional<ActivationId> activationId) implements Outcome {
        /** Checks for null. */
        public Accepted {
            Objects.requireNonNull(activationId, "activationId is null");
        }
    }

    /** The action ran to its end, well or badly: see the activation's response. */
    record Completed(Activation activation) implements Outcome {
        /** Checks for null. */
        public Completed {
            Objects.requireNonNull(activation, "activation is null");
        }
    }

    /**
     * The same call will be refused again until somebody changes something (4xx except 408, 409 and 429).
     *
     * @param statusCode the HTTP status code of the refusal, 400 to 499
     * @param message for the user: what is wrong and on which entity
     */
    record Rejected(int statusCode, String message) implements Outcome {
        /** Checks the range. */
        public Rejected {
            Objects.requireNonNull(message, "message is null");
            if (statusCode < 400 || statusCode > 499) {
                throw new IllegalArgumentException("statusCode must be 400 to 499, was " + statusCode);
            }
        }
    }

    /**
     * Not now: the peer is away, overloaded or broken. The call may or may not have been executed.
     *
     * @param statusCode as the REST API would answer: 429 for too many requests, else 500 or more
     * @param message for the user: who is unavailable and why
     */
    record Unavailable(int statusCode, String message) implements Outcome {
        /** Checks for null and the range of the status code. */
        public Unavailable {
            Objects.requireNonNull(message, "message is null");
            if (statusCode != TOO_MANY_REQUESTS && (statusCode < 500 || statusCode > 599)) {
                throw new IllegalArgumentException("statusCode must be 429 or 500 to 599, was " + statusCode);
            }
        }

        /** Away, for a reason that the REST API has no better status code for than 503. */
        public Unavailable(String message) {
            this(503, message);
        }
    }

    /** The status code of {@link Unavailable} when the caller, or all callers together, ask for too much. */
    int TOO_MANY_REQUESTS = 429;
}
