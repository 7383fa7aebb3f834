package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.aggregate.influx.WriteAnswer;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What waits for one database.
 *
 * @param namespace whose points they are; empty if that is not known
 * @param name of the database; empty if it is known by its address alone
 * @param bucket where it is now
 * @param entries how many readings and aggregates wait
 * @param bytes how much room they take
 * @param oldest when the one that waits longest was handed over; empty if none waits
 * @param failure what the database last said, if that was a failure
 */
public record Backlogged(
        String namespace,
        String name,
        InfluxBucket bucket,
        int entries,
        long bytes,
        Optional<Instant> oldest,
        Optional<WriteAnswer.NotNow> failure) {

    /** Checks for null. */
    public Backlogged {
        Objects.requireNonNull(namespace, "namespace is null");
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(bucket, "bucket is null");
        Objects.requireNonNull(oldest, "oldest is null");
        Objects.requireNonNull(failure, "failure is null");
    }
}
