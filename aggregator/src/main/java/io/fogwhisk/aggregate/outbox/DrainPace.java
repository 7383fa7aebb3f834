package io.fogwhisk.aggregate.outbox;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How fast what waited is delivered: at the configured rate, so that a database that comes back is not run over, yet at
 * twice the rate at which points arrive, so that the backlog becomes less. Arrivals may be told by any thread; the rest
 * belongs to the delivery's.
 */
final class DrainPace {

    private static final double SECOND = 1e9;
    private static final double SMOOTHING = 0.5;

    private final int pointsPerSecond;
    private final AtomicLong arrived = new AtomicLong();
    private double arriving;
    private long sampledAt;

    DrainPace(int pointsPerSecond, long now) {
        this.pointsPerSecond = pointsPerSecond;
        this.sampledAt = now;
    }

    /** Notes that so many points arrived. */
    void arrived(int points) {
        arrived.addAndGet(points);
    }

    /**
     * How long to wait after a delivery.
     *
     * @param points how many were delivered
     * @param took how long that took, in nanoseconds
     * @param now of a clock in nanoseconds that never goes back
     */
    Duration after(int points, long took, long now) {
        double passed = (now - sampledAt) / SECOND;
        if (passed >= 1) {
            arriving = arriving * (1 - SMOOTHING) + arrived.getAndSet(0) / passed * SMOOTHING;
            sampledAt = now;
        }
        double rate = Math.max(pointsPerSecond, 2 * arriving);
        return Duration.ofNanos(Math.max(0, (long) (points / rate * SECOND) - took));
    }
}
