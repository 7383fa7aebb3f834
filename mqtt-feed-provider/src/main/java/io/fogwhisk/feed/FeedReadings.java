package io.fogwhisk.feed;

import io.fogwhisk.base.metrics.Level;
import io.fogwhisk.base.metrics.Level.Reading;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What the metrics page shows of each feed. Reads memory alone. */
final class FeedReadings implements Supplier<List<Reading>> {

    private final FeedRegistry registry;

    FeedReadings(FeedRegistry registry) {
        this.registry = registry;
    }

    @Override
    public List<Reading> get() {
        List<Reading> readings = new ArrayList<>();
        for (Feed feed : registry.feeds()) {
            String trigger = feed.trigger().toString();
            FeedStatus status = registry.status(feed.trigger());
            readings.add(Level.FEED_ACTIVE.reading(feed.active() ? 1 : 0, trigger));
            readings.add(Level.FEED_TRIGGER_RECEIVED.reading((double) status.received(), trigger));
            readings.add(Level.FEED_TRIGGER_FIRED.reading((double) status.fired(), trigger));
            readings.add(Level.FEED_TRIGGER_SET_ASIDE.reading((double) status.setAside(), trigger));
            status.sequence()
                    .ifPresent(counts ->
                            readings.add(Level.FEED_TRIGGER_MISSING.reading((double) counts.missing(), trigger)));
        }
        return readings;
    }
}
