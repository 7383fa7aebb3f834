package io.fogwhisk.feed.registry;

import java.util.Optional;

/** Is told of every change of the feeds, in order, on the registry's thread: must be short and must not block. */
@FunctionalInterface
public interface FeedListener {

    /**
     * A feed was created, updated, disabled or deleted, durably.
     *
     * @param before empty if it is new
     * @param after empty if it is gone
     */
    void changed(Optional<Feed> before, Optional<Feed> after);
}
