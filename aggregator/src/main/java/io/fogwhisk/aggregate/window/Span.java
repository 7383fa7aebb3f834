package io.fogwhisk.aggregate.window;

import io.fogwhisk.aggregate.AggregateException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * A length of time as users and Flux write it: {@code 5s}, {@code 30m}, {@code 1h}, {@code 1d}.
 *
 * @param count zero or more
 * @param unit what is counted
 */
public record Span(long count, Unit unit) {

    private static final long MAX_SECONDS = Duration.ofDays(3_660).toSeconds();

    /** The units, with their letters. */
    public enum Unit {
        /** {@code s}. */
        SECONDS('s', ChronoUnit.SECONDS),
        /** {@code m}. */
        MINUTES('m', ChronoUnit.MINUTES),
        /** {@code h}. */
        HOURS('h', ChronoUnit.HOURS),
        /** {@code d}: calendar days where windows are cut, otherwise 24 hours. */
        DAYS('d', ChronoUnit.DAYS);

        private final char letter;
        private final Duration one;

        Unit(char letter, ChronoUnit unit) {
            this.letter = letter;
            this.one = unit.getDuration();
        }
    }

    /** Checks the range: ten years at most. */
    public Span {
        if (count < 0 || count > MAX_SECONDS / unit.one.toSeconds()) {
            throw new AggregateException("a time span must be 0 to 3660d, was " + count + unit.letter);
        }
    }

    /**
     * Reads a number and a unit.
     *
     * @param what the text is called in the message
     * @throws AggregateException if it has another form
     */
    public static Span parse(String what, String text) {
        int end = text.length() - 1;
        if (end >= 1 && end <= 12) {
            for (Unit unit : Unit.values()) {
                if (unit.letter == text.charAt(end) && text.chars().limit(end).allMatch(c -> c >= '0' && c <= '9')) {
                    return new Span(Long.parseLong(text.substring(0, end)), unit);
                }
            }
        }
        throw new AggregateException(
                what + " must be a whole number and one of s, m, h, d, such as 30m, was \"" + text + "\"");
    }

    /** The length, a day as 24 hours. */
    public Duration length() {
        return unit.one.multipliedBy(count);
    }

    /** As written: {@code 30m}. */
    @Override
    public String toString() {
        return count + String.valueOf(unit.letter);
    }
}
