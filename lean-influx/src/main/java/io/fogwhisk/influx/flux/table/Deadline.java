package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Ends a query that takes too long, or that nobody waits for any more. Whatever may go on for long asks it at every step,
 * which costs next to nothing: the clock is only read now and then. Not thread-safe.
 */
public final class Deadline {

    private static final int STEPS_PER_LOOK = 128;

    /** To ask for the client costs a system call. */
    private static final long CLIENT_NANOS = Duration.ofMillis(250).toNanos();

    private final Duration limit;
    private final LongSupplier clock;
    private final BooleanSupplier abandoned;
    private final long begun;
    private long asked;
    private int steps;

    /**
     * A deadline that runs from now on.
     *
     * @param limit how long the query may take
     * @param abandoned whether nobody waits for the answer any more; asked by the thread that takes the steps, not often,
     *     and not at the beginning
     */
    public Deadline(Duration limit, BooleanSupplier abandoned) {
        this(limit, System::nanoTime, abandoned);
    }

    /**
     * A deadline by another clock, of a query that somebody waits for.
     *
     * @param clock nanoseconds since any moment
     */
    public Deadline(Duration limit, LongSupplier clock) {
        this(limit, clock, () -> false);
    }

    private Deadline(Duration limit, LongSupplier clock, BooleanSupplier abandoned) {
        this.limit = limit;
        this.clock = clock;
        this.abandoned = abandoned;
        this.begun = clock.getAsLong();
        this.asked = begun;
    }

    /** One that never comes. */
    public static Deadline none() {
        return new Deadline(Duration.ofNanos(Long.MAX_VALUE), () -> 0);
    }

    /**
     * A step is taken.
     *
     * @throws InfluxException if the time is over, or nobody waits
     */
    public void check() {
        steps++;
        if (steps % STEPS_PER_LOOK == 0) {
            look(clock.getAsLong());
        }
    }

    private void look(long now) {
        if (now - begun > limit.toNanos()) {
            throw new InfluxException(
                    ErrorCode.INVALID,
                    "the query takes longer than " + limit.toMillis()
                            + " ms: narrow the range, or aggregate before joining and sorting");
        }
        if (now - asked >= CLIENT_NANOS) {
            asked = now;
            if (abandoned.getAsBoolean()) {
                throw new InfluxException(ErrorCode.UNAVAILABLE, "the client that asked is gone");
            }
        }
    }
}
