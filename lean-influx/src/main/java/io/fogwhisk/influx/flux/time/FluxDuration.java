package io.fogwhisk.influx.flux.time;

import java.time.Instant;
import java.time.ZoneOffset;

/**
 * A length of time: calendar months, and nanoseconds.
 *
 * @param months of the calendar
 * @param nanos beside them
 */
public record FluxDuration(long months, long nanos) {

    /** More months than nanoseconds since 1970 can tell, before and after. */
    private static final long MONTHS_TOLD = 12_000;

    /** No time at all. */
    public static final FluxDuration ZERO = new FluxDuration(0, 0);

    /** What scripts call {@code inf}: longer than any range. */
    public static final FluxDuration INFINITE = new FluxDuration(0, Long.MAX_VALUE);

    /**
     * Reads {@code 1h30m}.
     *
     * @throws IllegalArgumentException with a message for users
     */
    public static FluxDuration parse(String text) {
        long months = 0;
        long nanos = 0;
        int at = 0;
        try {
            while (at < text.length()) {
                int digits = at;
                while (at < text.length() && Character.isDigit(text.charAt(at))) {
                    at++;
                }
                int unit = at;
                while (at < text.length() && !Character.isDigit(text.charAt(at))) {
                    at++;
                }
                long amount = Long.parseLong(text.substring(digits, unit));
                String name = text.substring(unit, at);
                long calendar = name.equals("mo") ? 1 : name.equals("y") ? 12 : 0;
                if (calendar > 0) {
                    months = Math.addExact(months, Math.multiplyExact(amount, calendar));
                } else {
                    nanos = Math.addExact(nanos, Math.multiplyExact(amount, nanosPer(name)));
                }
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("duration " + text + " is too long", e);
        }
        return new FluxDuration(months, nanos);
    }

    private static long nanosPer(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            case "d" -> 86_400_000_000_000L;
            case "w" -> 604_800_000_000_000L;
            default ->
                throw new IllegalArgumentException(
                        "unknown duration unit " + unit + ": use y, mo, w, d, h, m, s, ms, us or ns");
        };
    }

    /** A length of whole seconds. */
    public static FluxDuration ofSeconds(long seconds) {
        return new FluxDuration(0, Math.multiplyExact(seconds, 1_000_000_000L));
    }

    /** The same length backwards. */
    public FluxDuration negated() {
        return new FluxDuration(-months, -nanos);
    }

    /** This length so many times; what nanoseconds cannot tell becomes the longest length that they can. */
    public FluxDuration times(long factor) {
        return new FluxDuration(product(months, factor), product(nanos, factor));
    }

    private static long product(long left, long right) {
        try {
            return Math.multiplyExact(left, right);
        } catch (ArithmeticException e) {
            return (left < 0) == (right < 0) ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }

    /** The time this long after a time; the ends of what nanoseconds can tell are not crossed. */
    public long after(long time) {
        long moved = months == 0 ? time : plusMonths(time, months);
        long sum = moved + nanos;
        if (((moved ^ sum) & (nanos ^ sum)) < 0) {
            return nanos < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }

    /** The same day of another month, or its last day if it has no such day. */
    public static long plusMonths(long time, long months) {
        if (Math.abs(months) > MONTHS_TOLD) {
            return months < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        Instant moved =
                instant(time).atOffset(ZoneOffset.UTC).plusMonths(months).toInstant();
        return nanos(moved);
    }

    /** Nanoseconds since 1970 as an instant. */
    public static Instant instant(long time) {
        return Instant.ofEpochSecond(Math.floorDiv(time, 1_000_000_000L), Math.floorMod(time, 1_000_000_000L));
    }

    /** An instant in nanoseconds since 1970; the ends of what these can tell are not crossed. */
    public static long nanos(Instant instant) {
        try {
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
        } catch (ArithmeticException e) {
            return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
