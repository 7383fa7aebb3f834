package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.base.retry.Backoff;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Limits of an {@link Outbox}.
 *
 * @param name whose threads they are, such as a site id
 * @param file of the database
 * @param bounds of what is kept
 * @param pace the shortest time between two commits
 * @param timeout of one request, more than zero
 * @param retry the waits between tries to deliver
 * @param pointsPerSecond how fast what waited is delivered, at least 1; faster if points arrive at more than half of that
 */
public record OutboxConfig(
        String name, Path file, Bounds bounds, Duration pace, Duration timeout, Backoff retry, int pointsPerSecond) {

    /** Checks the ranges. */
    public OutboxConfig {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(file, "file is null");
        Objects.requireNonNull(bounds, "bounds is null");
        Objects.requireNonNull(pace, "pace is null");
        Objects.requireNonNull(retry, "retry is null");
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must be more than 0, was " + timeout);
        }
        if (pointsPerSecond < 1) {
            throw new IllegalArgumentException("pointsPerSecond must be at least 1, was " + pointsPerSecond);
        }
    }

    /**
     * How much is kept. What is full takes no more: the oldest stays. A job whose aggregates are refused computes them
     * again later; an activation whose reading is refused is run again.
     *
     * @param entries how many readings and aggregates may wait, at least 1
     * @param bytes how much room they may take in the file, at least 1
     * @param age what waited for so long is dropped and counted; zero for never
     * @param setAside how many refused readings are kept, at least 1; when full, the oldest is dropped
     */
    public record Bounds(int entries, long bytes, Duration age, int setAside) {

        /** Checks the ranges. */
        public Bounds {
            if (entries < 1) {
                throw new IllegalArgumentException("entries must be at least 1, was " + entries);
            }
            if (bytes < 1) {
                throw new IllegalArgumentException("bytes must be at least 1, was " + bytes);
            }
            if (age.isNegative()) {
                throw new IllegalArgumentException("age must be 0 or more, was " + age);
            }
            if (setAside < 1) {
                throw new IllegalArgumentException("setAside must be at least 1, was " + setAside);
            }
        }
    }
}
