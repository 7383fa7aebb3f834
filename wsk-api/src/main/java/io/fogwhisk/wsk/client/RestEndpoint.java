package io.fogwhisk.wsk.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.base.http.BoundedBody;
import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
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

/**
 * The REST API of one OpenWhisk, and one client for it with two threads, made when first needed. Connections are kept.
 * Thread-safe.
 */
public final class RestEndpoint implements AutoCloseable {

    private static final int NOT_FOUND = 404;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final String name;
    private final ApiHost host;
    private final Duration timeout;
    private @Nullable ExecutorService executor;
    private @Nullable HttpClient client;
    private boolean closed;

    /**
     * An endpoint; nothing is sent yet.
     *
     * @param name of its threads
     * @param timeout for a call that does not wait for an action, more than zero
     */
    public RestEndpoint(String name, ApiHost host, Duration timeout) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.host = Objects.requireNonNull(host, "host is null");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new WskException("timeout must be more than 0, was " + timeout);
        }
        this.timeout = timeout;
    }

    /** {@code http://host:port}. */
    public String apiHost() {
        return host.url();
    }

    Duration timeout() {
        return timeout;
    }

    /** {@code /api/v1/namespaces/<ns>/<collection>/[pkg/]name}, percent-encoded. */
    public static String path(String collection, QualifiedName entity) {
        return "/api/v1/namespaces/" + encode(entity.namespace()) + "/" + collection + "/"
                + entity.packageName().map(pkg -> encode(pkg) + "/").orElse("") + encode(entity.name());
    }

    /** A segment of a path, percent-encoded. */
    public static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Sends a request; the future fails when no answer came within the limit. */
    CompletableFuture<Reply> send(String method, String path, AuthKey key, @Nullable String body, Duration limit) {
        HttpRequest.BodyPublisher content = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(host.url() + path))
                .timeout(limit)
                .header("Authorization", key.basicHeader())
                .method(method, content);
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return BoundedBody.within(
                        limit,
                        client().sendAsync(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)))
                .thenApply(response -> new Reply(response.statusCode(), response.body()));
    }

    /**
     * A request for somebody else, to be finished by the caller.
     *
     * @param path with its query, percent-encoded; begins with a slash
     * @throws WskException if it is not the path of a URL
     */
    public HttpRequest.Builder request(String path) {
        try {
            return HttpRequest.newBuilder(URI.create(host.url() + path));
        } catch (IllegalArgumentException e) {
            throw new WskException("The path of the request was malformed.", e);
        }
    }

    /**
     * Sends it; the future fails when there is no whole answer within the limit, or one with a longer body.
     *
     * @param limit more than zero
     */
    public CompletableFuture<HttpResponse<byte[]>> exchange(HttpRequest request, Duration limit, int maxBodyBytes) {
        return BoundedBody.within(
                limit,
                client().sendAsync(
                                request,
                                head -> new BoundedBody<>(HttpResponse.BodySubscribers.ofByteArray(), maxBodyBytes)));
    }

    /** Ends the threads; calls under way fail. */
    @Override
    public synchronized void close() {
        closed = true;
        if (executor != null) {
            executor.shutdownNow();
        }
    }

    private synchronized HttpClient client() {
        HttpClient known = client;
        if (known != null) {
            return known;
        }
        if (closed) {
            throw new WskException("the client of OpenWhisk " + host + " is closed");
        }
        executor = Executors.newFixedThreadPool(2, NamedThreads.pool(name));
        known = host.client()
                .connectTimeout(CONNECT_TIMEOUT.compareTo(timeout) < 0 ? CONNECT_TIMEOUT : timeout)
                .executor(executor)
                .build();
        client = known;
        return known;
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
                return Optional.of(JsonObject.readTree(body)).filter(json -> !json.isMissingNode());
            } catch (WskException e) {
                return Optional.empty();
            }
        }

        /**
         * Whether it is an OpenWhisk that says that there is no such thing. Whatever stands in front of one answers with
         * the same status while that is not there, but not with an object in JSON.
         */
        boolean absent() {
            return status == NOT_FOUND && json().filter(JsonNode::isObject).isPresent();
        }

        /** The server's error text, or what can be said without one. */
        String error() {
            return json().map(json -> json.path("error").textValue())
                    .map(text -> text + " (HTTP status " + status + ")")
                    .orElse("HTTP status " + status);
        }

        /** The server's error text as it is, or what can be said without one. */
        String plainError() {
            return json().map(json -> json.path("error").textValue()).orElse("HTTP status " + status);
        }
    }
}
