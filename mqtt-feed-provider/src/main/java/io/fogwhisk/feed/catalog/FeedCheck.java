package io.fogwhisk.feed.catalog;

import io.fogwhisk.feed.registry.FeedSpec;
import io.fogwhisk.wsk.model.QualifiedName;

/** Checks whether the provider can run a feed. Thread-safe; never waits. */
@FunctionalInterface
public interface FeedCheck {

    /**
     * Returns if it can.
     *
     * @throws io.fogwhisk.feed.FeedException if it can't
     */
    void check(QualifiedName trigger, FeedSpec spec);
}
