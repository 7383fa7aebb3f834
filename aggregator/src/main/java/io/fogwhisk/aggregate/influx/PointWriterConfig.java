package io.fogwhisk.aggregate.influx;

import io.fogwhisk.base.retry.Backoff;
import java.time.Duration;
import java.util.Objects;

/**
 * Limits of a {@link PointWriter}.
 *
 * @param name whose threads they are, such as a site id
 * @param maxPointsInFlight how many points may wait for an answer, over all databases, at least 1
 * @param timeout of one request, more than zero
 * @param patience how long a database that is away is tried before its points go to the backlog, zero or more
 * @param retry the waits between tries
 */
public record PointWriterConfig(
        String name, int maxPointsInFlight, Duration timeout, Duration patience, Backoff retry) {

    /** Checks the ranges. */
    public PointWriterConfig {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(retry, "retry is null");
        if (maxPointsInFlight < 1) {
            throw new IllegalArgumentException("maxPointsInFlight must be at least 1, was " + maxPointsInFlight);
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must be more than 0, was " + timeout);
        }
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience must be 0 or more, was " + patience);
        }
    }
}
