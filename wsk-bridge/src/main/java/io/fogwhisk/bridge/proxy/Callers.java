package io.fogwhisk.bridge.proxy;

import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.model.AuthKey;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Who may use the proxy, and as whom each acts at the sites. Thread-safe; the stage completes exceptionally with a
 * {@link io.fogwhisk.wsk.WskException} when it cannot be told.
 */
public interface Callers {

    /** The caller that a key is of, or empty if it is nobody's. */
    CompletionStage<Optional<Caller>> find(AuthKey key);

    /** Whether a caller acts at the sites, and at the OpenWhisk behind, with another key than at the proxy. */
    boolean mapsKeys();

    /**
     * A caller.
     *
     * @param namespace what {@code _} stands for
     * @param key what the caller acts with
     */
    record Caller(String namespace, AuthKey key) {
        /** Checks for null. */
        public Caller {
            Objects.requireNonNull(namespace, "namespace is null");
            Objects.requireNonNull(key, "key is null");
        }
    }

    /** Everybody whom an OpenWhisk knows, each with the key that they come with. */
    static Callers knownTo(Identities identities) {
        Objects.requireNonNull(identities, "identities is null");
        return new Callers() {
            @Override
            public CompletionStage<Optional<Caller>> find(AuthKey key) {
                return identities.namespaceOf(key).thenApply(known -> known.map(space -> new Caller(space, key)));
            }

            @Override
            public boolean mapsKeys() {
                return false;
            }
        };
    }
}
