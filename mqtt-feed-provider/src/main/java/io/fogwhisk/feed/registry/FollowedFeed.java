package io.fogwhisk.feed.registry;

import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Instant;
import java.util.Objects;

/**
 * A feed that the catalogue wants to be there. Its text form is masked.
 *
 * @param trigger with its namespace
 * @param key that the trigger is fired with
 * @param spec what makes it fire
 * @param active whether it is to fire; one that is not is paused
 */
public record FollowedFeed(QualifiedName trigger, AuthKey key, FeedSpec spec, boolean active) {

    /** Checks for null. */
    public FollowedFeed {
        Objects.requireNonNull(trigger, "trigger is null");
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(spec, "spec is null");
    }

    /** Whether a followed feed is as it has to be; a disabled one may be. */
    public boolean is(Feed feed) {
        return feed.spec().equals(spec) && feed.key().equals(key) && feed.state() instanceof FeedState.Paused != active;
    }

    /** The feed where there was none. */
    Feed made(Instant now, long revision) {
        FeedState state = active ? new FeedState.Active() : new FeedState.Paused();
        return new Feed(trigger, key, spec, state, Feed.Origin.FOLLOWED, now, revision);
    }

    /**
     * The feed as it has to be; the same object if it is so already. One that the provider disabled stays so, because it
     * came to its end or was refused, unless it is another one now or is to be tried again.
     *
     * @param again whether what it was disabled for may be over
     */
    Feed over(Feed before, boolean again, Instant now, long revision) {
        boolean same = spec.equals(before.spec());
        FeedState state = before.state();
        if (!active) {
            state = new FeedState.Paused();
        } else if (state instanceof FeedState.Paused || !same || again) {
            state = new FeedState.Active();
        }
        if (same && state.equals(before.state())) {
            // Another key alone: the intervals of an alarm go on from where they are.
            return key.equals(before.key())
                    ? before
                    : new Feed(trigger, key, spec, state, Feed.Origin.FOLLOWED, before.changed(), revision);
        }
        return new Feed(trigger, key, spec, state, Feed.Origin.FOLLOWED, now, revision);
    }
}
