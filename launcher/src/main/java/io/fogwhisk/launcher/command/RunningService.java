package io.fogwhisk.launcher.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.base.http.BoundedBody;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.wsk.model.AuthKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A part of FogWhisk that runs in another process and answers in JSON.
 *
 * @param what it is, such as {@code feed provider}
 * @param address {@code http://host:port}
 * @param option of the command line that names another address
 */
record RunningService(String what, String address, String option) {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final int MAX_ANSWER = 64 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Takes an address with a slash at its end as well. */
    RunningService {
        address = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    /**
     * Sends a request without a body.
     *
     * @param path with its query, percent-encoded
     * @param key to show; empty for none
     * @param limit for the whole answer
     * @return an object or a list
     * @throws LauncherException if there is no such answer, or it is a refusal; its message says what to do
     */
    JsonNode send(String method, String path, Optional<AuthKey> key, Duration limit) {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create(address + path)).method(method, BodyPublishers.noBody());
        } catch (IllegalArgumentException e) {
            throw new LauncherException(
                    option + " must be an address such as http://127.0.0.1:3000, was '" + address + "'", e);
        }
        key.ifPresent(each -> request.header("Authorization", each.basicHeader()));
        return read(answer(request.build(), limit), path);
    }

    private HttpResponse<String> answer(HttpRequest request, Duration limit) {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_LIMIT)
                .build();
        CompletableFuture<HttpResponse<String>> sent = client.sendAsync(
                request, head -> new BoundedBody<>(BodySubscribers.ofString(StandardCharsets.UTF_8), MAX_ANSWER));
        try {
            return BoundedBody.within(limit, sent).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new LauncherException(
                        "what is at " + address + " did not answer as a " + what + " within " + limit.toSeconds()
                                + " s: is the port right? (" + option + " names another)",
                        e);
            }
            throw new LauncherException(
                    "no " + what + " answers at " + address + ": is it running? (" + option + " names another)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted while asking " + address, e);
        }
    }

    private JsonNode read(HttpResponse<String> response, String path) {
        int status = response.statusCode();
        JsonNode body;
        try {
            body = JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw stranger("status " + status + " and no JSON", e);
        }
        // Whatever else speaks JSON knows nothing of the path; what we ask for is there in every version.
        if (status == 404 || (status == 200 && !body.isContainerNode())) {
            throw stranger("status " + status + " for " + path.replaceFirst("\\?.*", ""), null);
        }
        if (status != 200) {
            String reason = body.path("error").asText("");
            throw new LauncherException("the " + what + " at " + address + " says: "
                    + Printable.of(reason.isEmpty() ? "status " + status : reason)
                    + (status == 401 ? " (give --auth, or --config of its site)" : ""));
        }
        return body;
    }

    private LauncherException stranger(String answer, @Nullable Throwable cause) {
        String text = "what answers at " + address + " is not a " + what + " (" + answer + "): is the port right? ("
                + option + " names another)";
        return cause == null ? new LauncherException(text) : new LauncherException(text, cause);
    }
}
