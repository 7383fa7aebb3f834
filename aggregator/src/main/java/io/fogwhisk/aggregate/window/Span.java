package io.fogwhisk.aggregate.window;

import io.fogwhisk.aggregate.AggregateException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * A length of time as users and Flux write it: {@code 5s}, {@code 30m}, {@code 1h}, {@code 1d}, {@code 1w}, {@code 1mo},
 * {@code 1y}.
 *
 * @param count zero or more
 * @param unit what is counted
 */
public record Span(long count, Unit unit) {

    private static final long MAX_SECONDS = Duration.ofDays(3_660).toSeconds();
    private static final int MAX_DIGITS = 12;

    /** The units, with their letters. */
    public enum Unit {
        /** {@code s}. */
        SECONDS("s", ChronoUnit.SECONDS.getDuration()),
        /** {@code m}. */
        MINUTES("m", ChronoUnit.MINUTES.getDuration()),
        /** {@code h}. */
        HOURS("h", ChronoUnit.HOURS.getDuration()),
        /** {@code d}: calendar days where windows are cut, otherwise 24 hours. */
        DAYS("d", ChronoUnit.DAYS.getDuration()),
        /** {@code w}: calendar weeks where windows are cut, otherwise seven days of 24 hours. */
        WEEKS("w", ChronoUnit.WEEKS.getDuration()),
        /** {@code mo}: calendar months where windows are cut, otherwise 31 days. */
        MONTHS("mo", Duration.ofDays(31)),
        /** {@code y}: calendar years where windows are cut, otherwise 366 days. */
        YEARS("y", Duration.ofDays(366));

        private final String letters;
        private final Duration one;

        Unit(String letters, Duration one) {
            this.letters = letters;
            this.one = one;
        }

        boolean isCalendar() {
            return compareTo(DAYS) >= 0;
        }
    }

    /** Checks the range: ten years at most. */
    public Span {
        if (count < 0 || count > MAX_SECONDS / unit.one.toSeconds()) {
            throw new AggregateException("a time span must be 0 to 3660d, was " + count + unit.letters);
        }
    }

    /**
     * Reads a number and a unit.
     *
     * @param what the text is called in the message
     * @throws AggregateException if it has another form
     */
    public static Span parse(String what, String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits >= 1 && digits <= MAX_DIGITS) {
            String letters = text.substring(digits);
            for (Unit unit : Unit.values()) {
                if (unit.letters.equals(letters)) {
                    return new Span(Long.parseLong(text.substring(0, digits)), unit);
                }
            }
        }
        throw new AggregateException(
                what + " must be a whole number and one of s, m, h, d, w, mo, y, such as 30m, was \"" + text + "\"");
    }

    /** The length; of a day as 24 hours, of longer units the longest that they can be. */
    public Duration length() {
        return unit.one.multipliedBy(count);
    }

    /** As written: {@code 30m}. */
    @Override
    public String toString() {
        return count + unit.letters;
    }
}
