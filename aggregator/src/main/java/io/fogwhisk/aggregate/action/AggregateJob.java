package io.fogwhisk.aggregate.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.window.Span;
import io.fogwhisk.aggregate.window.Windowing;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * What to aggregate, from the action's parameters.
 *
 * @param local where the readings are
 * @param central where the aggregates go
 * @param windowing parameters {@code window} (default {@code 1d}) and {@code timezone} (default UTC)
 * @param lateness parameter {@code lateness} (default one window): how long after a window's end readings may still
 *     arrive, so that it is computed again
 */
record AggregateJob(InfluxTarget local, InfluxTarget central, Windowing windowing, Duration lateness) {

    /** More would be computed again in every run. */
    private static final int MAX_LATE_WINDOWS = 500;

    AggregateJob {
        if (lateness.dividedBy(windowing.length()) > MAX_LATE_WINDOWS) {
            throw new AggregateException(
                    "lateness must be at most " + MAX_LATE_WINDOWS + " windows of " + windowing.size());
        }
    }

    static AggregateJob of(ObjectNode params) {
        Span window = Span.parse("window", TargetParams.text(params, "window").orElse("1d"));
        Duration lateness = TargetParams.text(params, "lateness")
                .map(text -> Span.parse("lateness", text).length())
                .orElse(window.length());
        return new AggregateJob(
                TargetParams.target(params, "local"),
                TargetParams.target(params, "central"),
                new Windowing(window, zone(TargetParams.text(params, "timezone").orElse("UTC"))),
                lateness);
    }

    /** Identifies the job's watermark: the same job in another run, and after a restart. */
    String name() {
        return local.bucket() + " -> " + central.bucket() + " every " + windowing.size() + " " + windowing.zone();
    }

    /** What ended at or before this moment need not be looked at any more. */
    Instant horizon(Instant now) {
        return now.minus(windowing.length()).minus(lateness);
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new AggregateException("timezone must be a name such as Europe/Rome, was \"" + text + "\"", e);
        }
    }
}
