package io.fogwhisk.wsk.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Where an OpenWhisk's REST API is, and one client for it. Thread-safe. */
final class RestEndpoint implements AutoCloseable {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final String apiHost;
    private final Duration timeout;
    private final ExecutorService executor;
    private final HttpClient client;

    /**
     * An endpoint; nothing is sent yet.
     *
     * @param name of its threads
     * @param apiHost as {@code wsk --apihost} has it: {@code http://host:port}, or {@code host} for https
     * @param timeout for a call that does not wait for an action
     */
    RestEndpoint(String name, String apiHost, Duration timeout) {
        this.apiHost = checked(apiHost);
        this.timeout = Objects.requireNonNull(timeout, "timeout is null");
        this.executor = Executors.newFixedThreadPool(2, NamedThreads.pool(name));
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT.compareTo(timeout) < 0 ? CONNECT_TIMEOUT : timeout)
                .executor(executor)
                .build();
    }

    String apiHost() {
        return apiHost;
    }

    Duration timeout() {
        return timeout;
    }

    /** {@code /api/v1/namespaces/<ns>/<collection>/[pkg/]name}, percent-encoded. */
    static String path(String collection, QualifiedName entity) {
        return "/api/v1/namespaces/" + encode(entity.namespace()) + "/" + collection + "/"
                + entity.packageName().map(pkg -> encode(pkg) + "/").orElse("") + encode(entity.name());
    }

    static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Sends a request; the future fails when no answer came within the limit. */
    CompletableFuture<Reply> send(String method, String path, AuthKey key, @Nullable String body, Duration limit) {
        HttpRequest.BodyPublisher content = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(apiHost + path))
                .timeout(limit)
                .header("Authorization", key.basicHeader())
                .method(method, content);
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
                .thenApply(response -> new Reply(response.statusCode(), response.body()));
    }

    /** Ends the threads; calls under way fail. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    private static String checked(String apiHost) {
        String full = apiHost.contains("://") ? apiHost : "https://" + apiHost;
        while (full.endsWith("/")) {
            full = full.substring(0, full.length() - 1);
        }
        try {
            URI uri = URI.create(full);
            if (uri.getHost() != null && (full.startsWith("http://") || full.startsWith("https://"))) {
                return full;
            }
        } catch (IllegalArgumentException e) {
            throw new WskException("'" + apiHost + "' is not an API host: use http://host:port", e);
        }
        throw new WskException("'" + apiHost + "' is not an API host: use http://host:port");
    }

    /** An answer. */
    record Reply(int status, String body) {

        boolean success() {
            return status >= 200 && status < 300;
        }

        /** The body as JSON, empty if it is none. */
        Optional<JsonNode> json() {
            if (body.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(MAPPER.readTree(body)).filter(json -> !json.isMissingNode());
            } catch (JsonProcessingException e) {
                return Optional.empty();
            }
        }

        /** The server's error text, or what can be said without one. */
        String error() {
            return json().map(json -> json.path("error").textValue())
                    .map(text -> text + " (HTTP status " + status + ")")
                    .orElse("HTTP status " + status);
        }
    }
}
