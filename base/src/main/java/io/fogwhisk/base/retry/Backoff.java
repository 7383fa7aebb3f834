package io.fogwhisk.base.retry;

import java.time.Duration;
import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before an attempt: exponential with a cap and jitter, so that many clients of a peer that comes back
 * do not all come at once. Immutable; the wait depends on the attempt's number and on the random source alone.
 *
 * @param initial the wait before the second attempt, more than zero
 * @param max the longest wait, at least {@code initial}
 * @param factor growth from one attempt to the next, at least 1
 * @param jitter the share of the wait that is random, 0 (none) to 1
 */
public record Backoff(Duration initial, Duration max, double factor, double jitter) {

    /** Checks the ranges. */
    public Backoff {
        Objects.requireNonNull(initial, "initial is null");
        Objects.requireNonNull(max, "max is null");
        if (initial.isZero() || initial.isNegative()) {
            throw new IllegalArgumentException("initial must be more than 0, was " + initial);
        }
        if (max.compareTo(initial) < 0) {
            throw new IllegalArgumentException("max must be at least initial (" + initial + "), was " + max);
        }
        if (factor < 1) {
            throw new IllegalArgumentException("factor must be at least 1, was " + factor);
        }
        if (jitter < 0 || jitter > 1) {
            throw new IllegalArgumentException("jitter must be 0 to 1, was " + jitter);
        }
    }

    /** From {@code initial} to {@code max}, doubling, with a fifth of the wait random. */
    public static Backoff between(Duration initial, Duration max) {
        return new Backoff(initial, max, 2.0, 0.2);
    }

    /**
     * The wait after a number of failed attempts.
     *
     * @param failures how many attempts failed in a row, at least 1
     * @param random gives numbers in [0, 1)
     * @return between 1 ms and {@code max}
     */
    public Duration after(int failures, DoubleSupplier random) {
        if (failures < 1) {
            throw new IllegalArgumentException("failures must be at least 1, was " + failures);
        }
        double full = Math.min((double) max.toMillis(), initial.toMillis() * Math.pow(factor, failures - 1.0));
        double wait = full * (1 - jitter) + full * jitter * random.getAsDouble();
        return Duration.ofMillis(Math.max(1, (long) wait));
    }
}
