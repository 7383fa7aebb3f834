package io.fogwhisk.influx.catalog;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/**
 * A bucket that is there whenever the server runs.
 *
 * @param name not blank
 * @param retention how long its points are kept, whole seconds, zero for ever; empty for what was last set through the
 *     API, at first for ever
 */
public record ConfiguredBucket(String name, Optional<Duration> retention) {

    /** Checks both. */
    public ConfiguredBucket {
        Objects.requireNonNull(retention, "retention is null");
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of a bucket must not be blank");
        }
        retention.ifPresent(each -> {
            if (each.isNegative() || !each.truncatedTo(ChronoUnit.SECONDS).equals(each)) {
                throw new IllegalArgumentException(
                        "the retention of bucket " + name + " must be whole seconds, zero or more, was " + each);
            }
        });
    }

    /** A bucket whose points are kept until the API says otherwise. */
    public static ConfiguredBucket named(String name) {
        return new ConfiguredBucket(name, Optional.empty());
    }
}
