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
 * @param maxEntries how many readings and aggregates may wait, at least 1; when full, no more are taken
 * @param maxSetAside how many refused readings are kept, at least 1; when full, the oldest is dropped
 * @param pace the shortest time between two commits
 * @param timeout of one request, more than zero
 * @param retry the waits between tries to deliver
 */
public record OutboxConfig(
        String name, Path file, int maxEntries, int maxSetAside, Duration pace, Duration timeout, Backoff retry) {

    /** Checks the ranges. */
    public OutboxConfig {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(file, "file is null");
        Objects.requireNonNull(pace, "pace is null");
        Objects.requireNonNull(retry, "retry is null");
        if (maxEntries < 1) {
            throw new IllegalArgumentException("maxEntries must be at least 1, was " + maxEntries);
        }
        if (maxSetAside < 1) {
            throw new IllegalArgumentException("maxSetAside must be at least 1, was " + maxSetAside);
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must be more than 0, was " + timeout);
        }
    }
}
