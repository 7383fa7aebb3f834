package io.fogwhisk.bridge.client;

import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.model.AuthKey;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Remembers whose a key is. Good answers are kept for a minute, and for an hour while the OpenWhisk that knows cannot be
 * asked: a key never changes hands, and the OpenWhisk that runs a call checks the key anyway. Keys that are nobody's are
 * asked for each time. Bounded. Thread-safe.
 */
public final class CachedIdentities implements Identities {

    private static final int MAX_KEYS = 10_000;
    private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long USEFUL_NANOS = Duration.ofHours(1).toNanos();

    private final Identities identities;
    private final LongSupplier nanoClock;
    private final Map<AuthKey, Known> known = new ConcurrentHashMap<>();

    private record Known(CompletionStage<Optional<String>> answer, long askedAt) {}

    /** A memory in front of those who know. */
    public CachedIdentities(Identities identities, LongSupplier nanoClock) {
        this.identities = Objects.requireNonNull(identities, "identities is null");
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock is null");
    }

    @Override
    public CompletionStage<Optional<String>> namespaceOf(AuthKey key) {
        long now = nanoClock.getAsLong();
        Known before = known.get(key);
        if (before != null && now - before.askedAt < FRESH_NANOS) {
            return before.answer;
        }
        return identities
                .namespaceOf(key)
                .handle((namespace, failure) -> {
                    if (failure != null) {
                        return before != null && now - before.askedAt < USEFUL_NANOS
                                ? before.answer
                                : CompletableFuture.<Optional<String>>failedStage(failure);
                    }
                    CompletionStage<Optional<String>> answer = CompletableFuture.completedStage(namespace);
                    if (namespace.isPresent()) {
                        remember(key, new Known(answer, now));
                    } else {
                        known.remove(key);
                    }
                    return answer;
                })
                .thenCompose(Function.identity());
    }

    private void remember(AuthKey key, Known answer) {
        if (known.size() >= MAX_KEYS) {
            known.clear();
        }
        known.put(key, answer);
    }
}
