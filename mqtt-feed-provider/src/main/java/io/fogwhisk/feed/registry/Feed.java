package io.fogwhisk.feed.registry;

import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Instant;
import java.util.Objects;

/**
 * A feed: what fires a trigger. Its text form is masked.
 *
 * @param trigger with its namespace resolved
 * @param key that the trigger is fired with
 * @param spec what makes it fire
 * @param state whether it fires
 * @param origin who wants it
 * @param changed when spec or state last changed
 * @param revision grows with every change of any feed
 */
public record Feed(
        QualifiedName trigger,
        AuthKey key,
        FeedSpec spec,
        FeedState state,
        Origin origin,
        Instant changed,
        long revision) {

    /** Who wants a feed. */
    public enum Origin {
        /** A user created it, and deletes it. */
        CREATED,
        /** The provider's configuration declares it: it is there at every start, and gone when it is declared no more. */
        DECLARED,
        /** The catalogue that the site follows has it: it is there as long as its trigger, and changed at the centre alone. */
        FOLLOWED
    }

    /** Checks for null and that the namespace is resolved. */
    public Feed {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(spec, "spec is null");
        Objects.requireNonNull(state, "state is null");
        Objects.requireNonNull(origin, "origin is null");
        Objects.requireNonNull(changed, "changed is null");
        if (trigger.namespace().equals(QualifiedName.DEFAULT_NAMESPACE)
                || trigger.packageName().isPresent()) {
            throw new IllegalArgumentException("trigger must have the form /namespace/name, was " + trigger);
        }
    }

    /** Whether it fires. */
    public boolean active() {
        return state instanceof FeedState.Active;
    }
}
