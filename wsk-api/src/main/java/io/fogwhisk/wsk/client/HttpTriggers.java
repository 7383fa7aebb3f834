package io.fogwhisk.wsk.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.TriggerDirectory;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The triggers of an OpenWhisk behind its REST API. Stages complete on the endpoint's threads. */
public final class HttpTriggers implements TriggerDirectory {

    private static final int CONFLICT = 409;
    private static final int CONFLICT_TRIES = 5;
    private static final int NOT_FOUND = 404;

    private final RestEndpoint endpoint;

    /** Asks at an endpoint, which the caller closes. */
    public HttpTriggers(RestEndpoint endpoint) {
        this.endpoint = Objects.requireNonNull(endpoint, "endpoint is null");
    }

    @Override
    public CompletionStage<Existence> find(AuthKey key, QualifiedName trigger) {
        return get(key, trigger).handle((reply, failure) -> {
            if (failure != null) {
                return Existence.UNKNOWN;
            }
            if (reply.success()) {
                return Existence.PRESENT;
            }
            return switch (reply.status()) {
                case NOT_FOUND -> reply.absent() ? Existence.ABSENT : Existence.UNKNOWN;
                case 401, 403 -> Existence.FORBIDDEN;
                default -> Existence.UNKNOWN;
            };
        });
    }

    @Override
    public CompletionStage<Outcome> delete(AuthKey key, QualifiedName trigger, boolean rules) {
        CompletionStage<Deque<String>> paths = rules
                ? get(key, trigger).thenApply(HttpTriggers::rulesOf)
                : CompletableFuture.completedStage(new ArrayDeque<>());
        return paths.thenCompose(list -> {
                    list.addLast(RestEndpoint.path("triggers", trigger));
                    return delete(key, list, 1);
                })
                .exceptionally(failure -> new Outcome.Unavailable(
                        "OpenWhisk " + endpoint.apiHost() + " did not delete trigger " + trigger + ": " + failure));
    }

    /** Deletes one after the other; what is being changed by another is tried again after a second. */
    private CompletionStage<Outcome> delete(AuthKey key, Deque<String> paths, int attempt) {
        String path = paths.peekFirst();
        if (path == null) {
            return CompletableFuture.completedStage(new Outcome.Accepted(Optional.empty()));
        }
        return endpoint.send("DELETE", path, key, null, endpoint.timeout()).thenCompose(reply -> {
            if (reply.success() || reply.status() == NOT_FOUND) {
                paths.removeFirst();
                return delete(key, paths, 1);
            }
            if (reply.status() == CONFLICT && attempt < CONFLICT_TRIES) {
                Executor later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
                return CompletableFuture.supplyAsync(() -> attempt + 1, later)
                        .thenCompose(next -> delete(key, paths, next));
            }
            return CompletableFuture.completedStage(refused(reply));
        });
    }

    private Outcome refused(RestEndpoint.Reply reply) {
        int status = reply.status();
        return status >= 400 && status <= 499 && status != CONFLICT && status != Outcome.TOO_MANY_REQUESTS
                ? new Outcome.Rejected(status, reply.plainError())
                : new Outcome.Unavailable("OpenWhisk " + endpoint.apiHost() + ": " + reply.error());
    }

    private CompletionStage<RestEndpoint.Reply> get(AuthKey key, QualifiedName trigger) {
        return endpoint.send("GET", RestEndpoint.path("triggers", trigger), key, null, endpoint.timeout());
    }

    /** The answer names rules as {@code namespace/name}. */
    private static Deque<String> rulesOf(RestEndpoint.Reply reply) {
        Deque<String> paths = new ArrayDeque<>();
        Optional<JsonNode> rules = reply.json().map(json -> json.path("rules"));
        if (reply.success() && rules.isPresent()) {
            for (String name : (Iterable<String>) rules.get()::fieldNames) {
                paths.add(RestEndpoint.path("rules", QualifiedName.parse("/" + name)));
            }
        } else if (!reply.success() && reply.status() != NOT_FOUND) {
            throw new WskException(reply.error());
        }
        return paths;
    }
}
