package io.fogwhisk.launcher.demo;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.launcher.site.Site;
import java.time.Duration;
import java.time.Instant;

/**
 * One data centre of the demo: its stack, its sensors and what they were promised.
 *
 * @param datacenterId in its payloads
 * @param local reads its database
 * @param centre reads the centre's database
 */
record DemoSite(Site site, int datacenterId, Sensors sensors, Ledger ledger, FluxClient local, FluxClient centre) {

    /** What the screen shows, from the street's own counters and the centre's database. */
    SiteProgress progress() {
        return new SiteProgress(
                site.config().id(),
                ledger.publishedCount(),
                ledger.acknowledgedCount(),
                site.metrics().value(Meter.FEED_FIRED),
                site.metrics().value(Meter.READINGS_STORED),
                AggregateAudit.count(centre, datacenterId));
    }

    /** What the databases hold, compared with the ledger. */
    SiteResult audit(Duration window, Instant until) {
        StoredPoints points = StoredPoints.read(local, datacenterId);
        var acknowledged = ledger.acknowledgedReadings();
        AggregateAudit aggregates = AggregateAudit.of(centre, datacenterId, points, window, until);
        return new SiteResult(
                site.config().id(),
                ledger.publishedCount(),
                acknowledged.size(),
                points.complete(),
                acknowledged.size() - points.found(acknowledged),
                points.duplicates(),
                aggregates.expected(),
                aggregates.found());
    }
}
