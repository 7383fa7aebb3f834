package io.fogwhisk.lean.queue;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** Makes the stamps of one queue, each later than the one before, whatever the clock says. Not thread-safe. */
final class Stamps {

    /** Room to number the up to 10,000 messages of a batch between the stamps of two invocations. */
    private static final long NANOS_APART = 10_000;

    private static final long RANDOM_MASK = (1L << 48) - 1;

    private final Clock clock;
    private long lastNanos;

    Stamps(Clock clock) {
        this.clock = clock;
    }

    /** Begins after the stamps of an earlier life. */
    void startAfter(long nanos) {
        lastNanos = nanos;
    }

    Stamp next() {
        Instant now = clock.instant();
        lastNanos = Math.max(lastNanos + NANOS_APART, now.getEpochSecond() * 1_000_000_000 + now.getNano());
        return new Stamp(lastNanos, ThreadLocalRandom.current().nextLong() & RANDOM_MASK);
    }
}
