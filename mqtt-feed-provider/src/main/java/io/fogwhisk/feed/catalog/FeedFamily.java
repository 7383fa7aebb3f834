package io.fogwhisk.feed.catalog;

import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.feed.registry.FeedSpec;

/** The feeds that share a database of the catalogue. */
enum FeedFamily {
    /** Those of the database {@code topic_listeners}. */
    MQTT,
    /** Those of the database {@code alarmservice}. */
    ALARMS;

    boolean holds(FeedSpec spec) {
        return AlarmSpec.KINDS.contains(spec.kind()) == (this == ALARMS);
    }
}
