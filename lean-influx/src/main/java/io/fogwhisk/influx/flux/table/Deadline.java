package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Ends a query that takes too long. Whatever may go on for long asks it at every step, which costs next to nothing: the
 * clock is only read now and then. Not thread-safe.
 */
public final class Deadline {

    private static final int STEPS_PER_LOOK = 128;

    private final Duration limit;
    private final LongSupplier clock;
    private final long begun;
    private int steps;

    /**
     * A deadline that runs from now on.
     *
     * @param limit how long the query may take
     */
    public Deadline(Duration limit) {
        this(limit, System::nanoTime);
    }

    /**
     * A deadline by another clock.
     *
     * @param clock nanoseconds since any moment
     */
    public Deadline(Duration limit, LongSupplier clock) {
        this.limit = limit;
        this.clock = clock;
        this.begun = clock.getAsLong();
    }

    /** One that never comes. */
    public static Deadline none() {
        return new Deadline(Duration.ofNanos(Long.MAX_VALUE), () -> 0);
    }

    /**
     * A step is taken.
     *
     * @throws InfluxException if the time is over
     */
    public void check() {
        steps++;
        if (steps % STEPS_PER_LOOK == 0 && clock.getAsLong() - begun > limit.toNanos()) {
            throw new InfluxException(
                    ErrorCode.INVALID,
                    "the query takes longer than " + limit.toMillis()
                            + " ms: narrow the range, or aggregate before joining and sorting");
        }
    }
}
