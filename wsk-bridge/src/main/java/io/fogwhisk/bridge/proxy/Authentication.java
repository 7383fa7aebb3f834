package io.fogwhisk.bridge.proxy;

import io.fogwhisk.bridge.proxy.Callers.Caller;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Tells who sends a request, and what they act with. Thread-safe. */
final class Authentication {

    private static final int MAX_HEADERS = 10_000;
    private static final String MISSING =
            "The resource requires authentication, which was not supplied with the request";
    private static final String WRONG = "The supplied authentication is invalid";

    private final Callers callers;
    private final Map<String, AuthKey> keys = new ConcurrentHashMap<>();

    Authentication(Callers callers) {
        this.callers = callers;
    }

    /**
     * Who sends the request.
     *
     * @return fails with a {@link Refusal} if it is nobody whom we know, or if that cannot be told
     */
    CompletionStage<Caller> caller(Context ctx) {
        String header = ctx.header("Authorization");
        if (header == null) {
            throw new Refusal(401, MISSING);
        }
        return find(header, key(header).orElseThrow(() -> new Refusal(401, WRONG)));
    }

    /**
     * What a request that is handed on carries for its sender: the key that the sender acts with. Keys that nobody
     * checked are not handed on where another would be used for them; what is no key is a web action's own matter.
     *
     * @return fails as {@link #caller} does
     */
    CompletionStage<Optional<String>> onward(Context ctx) {
        Optional<String> header = Optional.ofNullable(ctx.header("Authorization"));
        if (header.isEmpty() || !callers.mapsKeys()) {
            return CompletableFuture.completedStage(header);
        }
        Optional<AuthKey> key = key(header.get());
        if (key.isPresent()) {
            return find(header.get(), key.get())
                    .thenApply(caller -> Optional.of(caller.key().basicHeader()));
        }
        if (ctx.path().startsWith("/api/v1/web/")) {
            return CompletableFuture.completedStage(header);
        }
        throw new Refusal(401, WRONG);
    }

    private Optional<AuthKey> key(String header) {
        AuthKey known = keys.get(header);
        if (known == null) {
            try {
                known = AuthKey.fromBasicHeader(header);
            } catch (WskException e) {
                return Optional.empty();
            }
        }
        return Optional.of(known);
    }

    private CompletionStage<Caller> find(String header, AuthKey key) {
        return callers.find(key).handle((caller, failure) -> {
            if (failure != null) {
                Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                throw new Refusal(503, "cannot tell whose the key is: " + cause.getMessage());
            }
            if (caller.isEmpty()) {
                throw new Refusal(401, WRONG);
            }
            if (keys.size() >= MAX_HEADERS) {
                keys.clear();
            }
            keys.putIfAbsent(header, key);
            return caller.get();
        });
    }
}
