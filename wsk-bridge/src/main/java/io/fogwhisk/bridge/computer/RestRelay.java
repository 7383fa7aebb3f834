package io.fogwhisk.bridge.computer;

import com.google.protobuf.ByteString;
import io.fogwhisk.bridge.wire.HttpAnswer;
import io.fogwhisk.bridge.wire.HttpAsk;
import io.fogwhisk.bridge.wire.HttpHeader;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.client.RestEndpoint;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/**
 * Hands HTTP requests that came as lambdas on to the REST API of the OpenWhisk behind: to its web actions, and to read
 * activation records, nothing else. So many at a time. Thread-safe.
 */
final class RestRelay {

    private static final int MAX_ASK = 1_048_576;
    // What an answer may have if it is to fit in one gRPC message.
    private static final int MAX_ANSWER = 3 * 1_048_576;
    private static final int MAX_CALLS = 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(65);
    private static final Pattern RECORD = Pattern.compile("/[0-9a-f]{32}(/logs|/result)?");
    private static final Pattern METHOD = Pattern.compile("GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS");

    private final RestEndpoint endpoint;
    private final Semaphore free = new Semaphore(MAX_CALLS);

    RestRelay(RestEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Asks a web action; whoever asks need not say who they are. */
    CompletionStage<HttpAnswer> web(QualifiedName action, HttpAsk ask, Optional<String> authorization) {
        if (!METHOD.matcher(ask.method()).matches()) {
            return failed(400, "The method of the request is not supported.");
        }
        if (ask.body().size() > MAX_ASK) {
            return failed(413, "Request larger than allowed: " + ask.body().size() + " > " + MAX_ASK + " bytes.");
        }
        String path = "/api/v1/web/" + RestEndpoint.encode(action.namespace()) + "/"
                + RestEndpoint.encode(action.packageName().orElse("default")) + "/"
                + RestEndpoint.encode(action.name()) + ask.rest() + (ask.query().isEmpty() ? "" : "?" + ask.query());
        try {
            HttpRequest.Builder request = endpoint.request(path);
            for (HttpHeader header : ask.headers()) {
                if (!HttpHeader.isHopByHop(header.name()) && !header.name().equalsIgnoreCase("authorization")) {
                    request.header(header.name(), header.value());
                }
            }
            authorization.ifPresent(value -> request.header("Authorization", value));
            byte[] body = ask.body().toByteArray();
            return send(request.method(
                    ask.method(),
                    body.length == 0
                            ? HttpRequest.BodyPublishers.noBody()
                            : HttpRequest.BodyPublishers.ofByteArray(body)));
        } catch (WskException e) {
            return failed(400, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return failed(400, "The headers of the request were malformed.");
        }
    }

    /** Reads an activation record of the key's namespace, or a part of it. */
    CompletionStage<HttpAnswer> activation(HttpAsk ask, AuthKey key) {
        if (!ask.method().equals("GET") || !RECORD.matcher(ask.rest()).matches()) {
            return failed(400, "only activation records can be read here");
        }
        return send(endpoint.request("/api/v1/namespaces/_/activations" + ask.rest())
                .header("Authorization", key.basicHeader())
                .GET());
    }

    private CompletionStage<HttpAnswer> send(HttpRequest.Builder request) {
        if (!free.tryAcquire()) {
            return failed(
                    429,
                    "OpenWhisk " + endpoint.apiHost() + " does not keep up: " + MAX_CALLS + " requests are under way");
        }
        CompletableFuture<HttpResponse<byte[]>> reply;
        try {
            reply = endpoint.exchange(request.build(), LIMIT, MAX_ANSWER);
        } catch (RuntimeException e) {
            free.release();
            throw e;
        }
        return reply.handle((response, failure) -> {
            free.release();
            if (failure == null) {
                return answer(response);
            }
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            return HttpAnswer.failure(503, "OpenWhisk " + endpoint.apiHost() + " does not answer: " + cause);
        });
    }

    private static HttpAnswer answer(HttpResponse<byte[]> response) {
        List<HttpHeader> headers = new ArrayList<>();
        response.headers().map().forEach((name, values) -> {
            if (!HttpHeader.isHopByHop(name)) {
                values.forEach(value -> headers.add(new HttpHeader(name, value)));
            }
        });
        return new HttpAnswer(response.statusCode(), headers, ByteString.copyFrom(response.body()));
    }

    private static CompletionStage<HttpAnswer> failed(int statusCode, String message) {
        return CompletableFuture.completedStage(HttpAnswer.failure(statusCode, message));
    }
}
