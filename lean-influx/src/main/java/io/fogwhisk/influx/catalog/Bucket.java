package io.fogwhisk.influx.catalog;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A bucket.
 *
 * @param id 16 hex digits
 * @param key what the point store knows it by; never changes, so that a bucket can be renamed
 * @param name unique
 * @param description any text
 * @param retention how long points are kept, whole seconds; zero for ever
 * @param shard how InfluxDB would group its points in files; told to clients, without effect here
 * @param createdAt when it was made
 * @param updatedAt when it last changed
 */
public record Bucket(
        String id,
        String key,
        String name,
        String description,
        Duration retention,
        Duration shard,
        Instant createdAt,
        Instant updatedAt) {

    private static final Duration SHORT = Duration.ofDays(2);
    private static final Duration LONG = Duration.ofDays(180);

    /** Checks every value. */
    public Bucket {
        Ids.check(id);
        Objects.requireNonNull(description, "description is null");
        Objects.requireNonNull(createdAt, "createdAt is null");
        Objects.requireNonNull(updatedAt, "updatedAt is null");
        if (key.isEmpty() || name.isBlank()) {
            throw new IllegalArgumentException("key and name of a bucket must not be blank");
        }
        if (retention.isNegative() || shard.isNegative()) {
            throw new IllegalArgumentException(
                    "retention and shard must be zero or more, was " + retention + " and " + shard);
        }
    }

    /** Whether points expire. */
    public boolean expires() {
        return !retention.isZero();
    }

    /** The shard duration that InfluxDB chooses for a retention. */
    public static Duration shardFor(Duration retention) {
        if (retention.isZero() || retention.compareTo(LONG) > 0) {
            return Duration.ofDays(7);
        }
        return retention.compareTo(SHORT) < 0 ? Duration.ofHours(1) : Duration.ofDays(1);
    }

    Bucket with(String newName, String newDescription, Duration newRetention, Duration newShard, Instant now) {
        return new Bucket(id, key, newName, newDescription, newRetention, newShard, createdAt, now);
    }
}
