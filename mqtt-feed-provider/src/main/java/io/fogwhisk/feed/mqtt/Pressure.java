package io.fogwhisk.feed.mqtt;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Whether messages have had to wait for room again and again for a while, breaks of a moment aside. Thread-safe. */
final class Pressure {

    // What is shorter, such as after a pause of the process, is over before anybody could do something about it.
    private static final long LASTING_NANOS = Duration.ofMillis(250).toNanos();
    private static final long BREAK_NANOS = Duration.ofMillis(50).toNanos();

    private final LongSupplier nanoTime;
    private long since;
    private long last;

    Pressure(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        since = nanoTime.getAsLong();
        last = since - BREAK_NANOS;
    }

    /** A message has to wait. */
    synchronized void felt() {
        long now = nanoTime.getAsLong();
        if (now - last >= BREAK_NANOS) {
            since = now;
        }
        last = now;
    }

    synchronized boolean lasting() {
        return last - since >= LASTING_NANOS && nanoTime.getAsLong() - last < BREAK_NANOS;
    }
}
