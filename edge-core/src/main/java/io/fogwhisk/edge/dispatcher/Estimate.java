package io.fogwhisk.edge.dispatcher;

import java.util.concurrent.TimeUnit;

/** An estimator, and when a call last told nothing. Thread-safe. */
final class Estimate {

    /** For how long a destination that told nothing is not asked first. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private final Estimator estimator;
    private boolean disappointed;
    private long disappointedAt;

    Estimate(Estimator estimator) {
        this.estimator = estimator;
    }

    Estimator estimator() {
        return estimator;
    }

    /** A call was started and taught nothing. */
    synchronized void disappointed(long now) {
        disappointed = true;
        disappointedAt = now;
    }

    /** Whether a call may be spent on finding out. */
    synchronized boolean worthTrying(long now) {
        return !disappointed || now - disappointedAt > PATIENCE;
    }
}
