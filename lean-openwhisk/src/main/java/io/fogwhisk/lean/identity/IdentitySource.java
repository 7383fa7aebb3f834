package io.fogwhisk.lean.identity;

import io.fogwhisk.wsk.model.AuthKey;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The identities that an OpenWhisk knows, as they are now. Thread-safe, never waits. */
public interface IdentitySource {

    /** Whom a key stands for, or null if it is not valid. */
    @Nullable
    Identity byKey(AuthKey key);

    /**
     * Whom a key stands for that somebody logs in with, or null if nobody may any more. What this process itself keeps
     * running with a key that {@link #byKey} knows goes on also when logging in with it is over.
     */
    default @Nullable Identity login(AuthKey key) {
        return byKey(key);
    }

    /** The identity of a namespace, whose key its actions are given; or null if there is no such namespace. */
    @Nullable
    Identity byNamespace(String namespace);

    /** The limits of a namespace for which none were set. */
    NamespaceLimits defaultLimits();

    /** Identities that never change, each with the default limits and named as its namespace. */
    static IdentitySource fixed(Map<AuthKey, String> namespaces) {
        Map<AuthKey, Identity> byKey = new LinkedHashMap<>();
        Map<String, Identity> byNamespace = new LinkedHashMap<>();
        namespaces.entrySet().stream()
                .sorted(Comparator.comparing(
                        (Map.Entry<AuthKey, String> entry) -> entry.getKey().uuid()))
                .map(entry -> new Identity(entry.getValue(), entry.getValue(), entry.getKey(), NamespaceLimits.DEFAULT))
                .forEach(identity -> {
                    byKey.put(identity.key(), identity);
                    byNamespace.putIfAbsent(identity.namespace(), identity);
                });
        Map<AuthKey, Identity> keys = Map.copyOf(byKey);
        Map<String, Identity> names = Map.copyOf(byNamespace);
        return new IdentitySource() {
            @Override
            public @Nullable Identity byKey(AuthKey key) {
                return keys.get(key);
            }

            @Override
            public @Nullable Identity byNamespace(String namespace) {
                return names.get(namespace);
            }

            @Override
            public NamespaceLimits defaultLimits() {
                return NamespaceLimits.DEFAULT;
            }
        };
    }
}
