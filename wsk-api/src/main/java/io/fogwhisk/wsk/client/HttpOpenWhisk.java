package io.fogwhisk.wsk.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/**
 * An OpenWhisk behind its REST API: a lean one in another process, or Apache OpenWhisk. Connections are made when first
 * needed and kept.
 *
 * <p>Threads: stages complete on this client's two threads.
 *
 * <p>Failure: an answer 4xx other than 408, 409 and 429 is {@link Outcome.Rejected}, but a 404 only in the words of an
 * OpenWhisk, because a proxy whose OpenWhisk is away may say 404 as well. Any other answer that is no success, no answer
 * in time, and more than the bound of calls at a time are {@link Outcome.Unavailable}.
 */
public final class HttpOpenWhisk implements OpenWhisk, Identities, AutoCloseable {

    /** The longest that an OpenWhisk lets a blocking call wait. */
    private static final Duration BLOCKING_LIMIT = Duration.ofSeconds(60);

    private static final int MAX_CALLS = 1_000;

    private final RestEndpoint endpoint;
    private final Semaphore calls = new Semaphore(MAX_CALLS);

    /**
     * A client; nothing is sent yet.
     *
     * @param name of its threads
     * @param apiHost as {@code wsk --apihost} has it: {@code http://host:port}, or {@code host} for https
     * @param timeout for a call that does not wait for an action; those that do get a minute more
     * @throws WskException if the API host is not of that form
     */
    public HttpOpenWhisk(String name, String apiHost, Duration timeout) {
        this(new RestEndpoint(name, ApiHost.of(apiHost), timeout));
    }

    /** A client on an endpoint that others may use too, and which is closed with this client. */
    public HttpOpenWhisk(RestEndpoint endpoint) {
        this.endpoint = Objects.requireNonNull(endpoint, "endpoint is null");
    }

    @Override
    public CompletionStage<Outcome> fire(AuthKey key, QualifiedName trigger, JsonObject payload) {
        return call(key, RestEndpoint.path("triggers", trigger), payload, endpoint.timeout());
    }

    @Override
    public CompletionStage<Outcome> invoke(AuthKey key, QualifiedName action, JsonObject params, boolean blocking) {
        String path = RestEndpoint.path("actions", action) + "?blocking=" + blocking + "&result=false";
        Duration limit = blocking ? endpoint.timeout().plus(BLOCKING_LIMIT) : endpoint.timeout();
        return call(key, path, params, limit);
    }

    @Override
    public CompletionStage<Optional<String>> namespaceOf(AuthKey key) {
        return endpoint.send("GET", "/api/v1/namespaces", key, null, endpoint.timeout())
                .handle((reply, failure) -> {
                    if (failure != null) {
                        throw new WskException(away(failure), failure);
                    }
                    if (reply.status() == 401) {
                        return Optional.empty();
                    }
                    String namespace = reply.json()
                            .map(json -> json.path(0).textValue())
                            .filter(text -> reply.success())
                            .orElseThrow(() -> new WskException("OpenWhisk " + endpoint.apiHost()
                                    + " does not say whose a key is: " + reply.error()));
                    return Optional.of(namespace);
                });
    }

    /** Ends the threads; calls under way end as unavailable or not at all. */
    @Override
    public void close() {
        endpoint.close();
    }

    private CompletionStage<Outcome> call(AuthKey key, String path, JsonObject body, Duration limit) {
        if (!calls.tryAcquire()) {
            return CompletableFuture.completedFuture(new Outcome.Unavailable(
                    "OpenWhisk " + endpoint.apiHost() + " does not keep up: " + MAX_CALLS + " calls are under way"));
        }
        return endpoint.send("POST", path, key, body.text(), limit).handle((reply, failure) -> {
            calls.release();
            return failure != null ? new Outcome.Unavailable(away(failure)) : outcome(reply);
        });
    }

    private Outcome outcome(RestEndpoint.Reply reply) {
        Optional<JsonNode> json = reply.json();
        Optional<JsonNode> record =
                json.filter(body -> body.path("response").path("status").isTextual());
        try {
            // A blocking call that failed in the action answers 502 with the whole activation.
            if (record.isPresent() && (reply.success() || reply.status() == 502)) {
                return new Outcome.Completed(Activation.fromJson(record.get()));
            }
            if (reply.success()) {
                return new Outcome.Accepted(
                        json.map(body -> body.path("activationId").textValue()).map(ActivationId::new));
            }
        } catch (WskException e) {
            return new Outcome.Unavailable(
                    "OpenWhisk " + endpoint.apiHost() + " gave an answer that cannot be read: " + e.getMessage());
        }
        int status = reply.status();
        boolean elsewhere = status == 404 && !reply.absent();
        if (status >= 400 && status <= 499 && status != 408 && status != 409 && status != 429 && !elsewhere) {
            return new Outcome.Rejected(status, reply.plainError());
        }
        String why = "OpenWhisk " + endpoint.apiHost() + ": " + reply.error();
        return status == Outcome.TOO_MANY_REQUESTS || status >= 500
                ? new Outcome.Unavailable(status, why)
                : new Outcome.Unavailable(why);
    }

    private String away(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return "OpenWhisk " + endpoint.apiHost() + " does not answer: " + cause;
    }
}
