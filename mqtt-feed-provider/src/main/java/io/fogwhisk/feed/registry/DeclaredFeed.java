package io.fogwhisk.feed.registry;

import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Objects;

/**
 * A feed that the provider's configuration declares: no feed action and no package is needed for it.
 *
 * @param trigger with its namespace
 * @param key that the trigger is fired with
 * @param spec what makes it fire
 */
public record DeclaredFeed(QualifiedName trigger, AuthKey key, FeedSpec spec) {

    /** Checks for null. */
    public DeclaredFeed {
        Objects.requireNonNull(trigger, "trigger is null");
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(spec, "spec is null");
    }
}
