package io.fogwhisk.feed.registry;

import io.fogwhisk.wsk.model.AuthKey;
import java.util.Optional;

/**
 * Knows the keys of feeds that somebody else keeps: such a key may be another one from one moment to the next, a little
 * before the feed has it. Thread-safe, and never waits.
 */
@FunctionalInterface
public interface FeedKeys {

    /** Every feed's key is its own affair. */
    FeedKeys NONE = feed -> Optional.empty();

    /** The key that a feed is to fire with now; empty if none is known, or if nobody but the feed keeps it. */
    Optional<AuthKey> of(Feed feed);

    /** The key that took the place of one that was refused; empty if none did. */
    default Optional<AuthKey> after(Feed feed, AuthKey refused) {
        return of(feed).filter(key -> !key.equals(refused));
    }
}
