package io.fogwhisk.aggregate;

import io.fogwhisk.aggregate.outbox.OutboxConfig;
import io.fogwhisk.base.retry.Backoff;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Limits of an {@link Aggregator}.
 *
 * @param name whose threads they are: the site's id
 * @param dataFolder holds {@code outbox.db}
 * @param maxPointsInFlight how many points may wait in memory for an answer of a database, at least 1; more are refused
 * @param writeTimeout of one write request, more than zero
 * @param queryTimeout of one query, more than zero
 * @param localPatience how long a write to a database that is away is tried before its points go to the outbox, zero or
 *     more
 * @param outbox how much may wait in the outbox; when full, readings are held until their activation's deadline and then
 *     refused, aggregates are computed again later
 * @param commitPace the shortest time between two commits of {@code outbox.db}
 * @param retry the waits between tries
 */
public record AggregatorConfig(
        String name,
        Path dataFolder,
        int maxPointsInFlight,
        Duration writeTimeout,
        Duration queryTimeout,
        Duration localPatience,
        OutboxConfig.Bounds outbox,
        Duration commitPace,
        Backoff retry) {

    /** Checks what its parts do not check. */
    public AggregatorConfig {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(dataFolder, "dataFolder is null");
        Objects.requireNonNull(outbox, "outbox is null");
        Objects.requireNonNull(commitPace, "commitPace is null");
        Objects.requireNonNull(retry, "retry is null");
        if (maxPointsInFlight < 1) {
            throw new IllegalArgumentException("maxPointsInFlight must be at least 1, was " + maxPointsInFlight);
        }
        positive("writeTimeout", writeTimeout);
        positive("queryTimeout", queryTimeout);
        if (localPatience.isNegative()) {
            throw new IllegalArgumentException("localPatience must be 0 or more, was " + localPatience);
        }
    }

    /**
     * 50,000 points in flight, 10 s for a write and 60 s for a query, 2 s patience, 20 million outbox entries in
     * a gigabyte for any time, 10,000 set aside, a commit every 2 ms, tries after 100 ms to 10 s.
     */
    public static AggregatorConfig defaults(String name, Path dataFolder) {
        return new AggregatorConfig(
                name,
                dataFolder,
                50_000,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(2),
                new OutboxConfig.Bounds(20_000_000, 1L << 30, Duration.ZERO, 10_000),
                Duration.ofMillis(2),
                Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(10)));
    }

    private static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be more than 0, was " + value);
        }
    }
}
