package io.fogwhisk.bridge.client;

import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.model.AuthKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers whose a key is. A key never changes hands, and the OpenWhisk that runs a call checks the key anyway, so good
 * answers are kept until there are too many; others are asked for each time. Thread-safe.
 */
final class IdentityCache {

    private static final int MAX_KEYS = 10_000;

    private final Identities identities;
    private final Map<AuthKey, String> namespaces = new ConcurrentHashMap<>();
    private final Map<AuthKey, String> headers = new ConcurrentHashMap<>();

    IdentityCache(Identities identities) {
        this.identities = identities;
    }

    /** The namespace of a key, if it is known without asking. */
    @Nullable
    String known(AuthKey key) {
        return namespaces.get(key);
    }

    CompletionStage<Optional<String>> ask(AuthKey key) {
        String known = namespaces.get(key);
        if (known != null) {
            return CompletableFuture.completedStage(Optional.of(known));
        }
        return identities.namespaceOf(key).thenApply(namespace -> {
            namespace.ifPresent(name -> remember(namespaces, key, name));
            return namespace;
        });
    }

    /** The key as an HTTP header; a secret. */
    String header(AuthKey key) {
        String known = headers.get(key);
        if (known == null) {
            known = key.basicHeader();
            remember(headers, key, known);
        }
        return known;
    }

    private static void remember(Map<AuthKey, String> map, AuthKey key, String value) {
        if (map.size() >= MAX_KEYS) {
            map.clear();
        }
        map.put(key, value);
    }
}
