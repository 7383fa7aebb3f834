package io.fogwhisk.feed.registry;

import io.fogwhisk.feed.FeedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A cron pattern as Unix and the OpenWhisk alarms package write it: minute, hour, day of month, month, day of week, and
 * optionally the second in front. Sunday is 0 or 7. When both the day of month and the day of week are restricted, a
 * day that satisfies either counts.
 *
 * @param text as the user gave it
 * @param second 0 to 59
 * @param minute 0 to 59
 * @param hour 0 to 23
 * @param day of the month, 1 to 31
 * @param month 1 to 12
 * @param weekday 0 to 6, Sunday is 0
 */
public record Cron(String text, Field second, Field minute, Field hour, Field day, Field month, Field weekday) {

    private static final Unit MINUTES = new Unit(0, 59, 59, List.of());
    private static final Unit HOURS = new Unit(0, 23, 23, List.of());
    private static final Unit DAYS = new Unit(1, 31, 31, List.of());
    private static final Unit MONTHS = new Unit(
            1, 12, 12, List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"));
    private static final Unit WEEKDAYS = new Unit(0, 6, 7, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat"));
    private static final int FIELDS = 6;

    /** Checks for null. */
    public Cron {
        Objects.requireNonNull(text, "text is null");
        Objects.requireNonNull(second, "second is null");
        Objects.requireNonNull(minute, "minute is null");
        Objects.requireNonNull(hour, "hour is null");
        Objects.requireNonNull(day, "day is null");
        Objects.requireNonNull(month, "month is null");
        Objects.requireNonNull(weekday, "weekday is null");
    }

    /**
     * The values of one field that match.
     *
     * @param every whether all that exist do
     * @param values ascending
     */
    public record Field(boolean every, List<Integer> values) {
        /** Copies the values. */
        public Field {
            values = List.copyOf(values);
        }
    }

    /** What a field may hold; {@code top} is the largest number that may be written, 7 for the second Sunday. */
    private record Unit(int min, int max, int top, List<String> names) {}

    /**
     * Reads a pattern of 5 or 6 fields.
     *
     * @throws FeedException if it is not one
     */
    public static Cron parse(String text) {
        List<String> parts = new ArrayList<>(Arrays.asList(text.strip().split("\\s+")));
        if (parts.size() == FIELDS - 1) {
            parts.add(0, "0");
        }
        if (parts.size() == FIELDS) {
            try {
                return new Cron(
                        text,
                        field(parts.get(0), MINUTES),
                        field(parts.get(1), MINUTES),
                        field(parts.get(2), HOURS),
                        field(parts.get(3), DAYS),
                        field(parts.get(4), MONTHS),
                        field(parts.get(5), WEEKDAYS));
            } catch (IllegalArgumentException e) {
                throw new FeedException("cron pattern '" + text + "' is not valid", e);
            }
        }
        throw new FeedException("cron pattern '" + text + "' is not valid");
    }

    /** Whether the pattern says at which seconds. */
    public boolean hasSeconds() {
        return text.strip().split("\\s+", -1).length == FIELDS;
    }

    /** Whether the pattern has seconds other than a plain 0, which says the same as none. */
    public boolean finerThanMinutes() {
        return hasSeconds() && !text.strip().split("\\s+", -1)[0].equals("0");
    }

    /** The same times, each a few seconds later. */
    public Cron atSecond(int late) {
        return new Cron(text, new Field(false, List.of(late)), minute, hour, day, month, weekday);
    }

    private static Field field(String text, Unit unit) {
        BitSet bits = new BitSet();
        for (String part : text.split(",", -1)) {
            add(part, unit, bits);
        }
        List<Integer> values = bits.stream().boxed().toList();
        return new Field(values.size() == unit.max - unit.min + 1, values);
    }

    private static void add(String part, Unit unit, BitSet bits) {
        int slash = part.indexOf('/');
        String range = slash < 0 ? part : part.substring(0, slash);
        int step = slash < 0 ? 1 : Integer.parseInt(part.substring(slash + 1));
        int dash = range.indexOf('-');
        int from;
        int to;
        if (range.equals("*") || range.equals("?")) {
            from = unit.min;
            to = unit.max;
        } else if (dash >= 0) {
            from = value(range.substring(0, dash), unit);
            to = value(range.substring(dash + 1), unit);
        } else {
            from = value(range, unit);
            to = slash < 0 ? from : unit.max;
        }
        if (step < 1 || from < unit.min || to > unit.top || from > to) {
            throw new IllegalArgumentException("'" + part + "' is out of range");
        }
        for (long next = from; next <= to; next += step) {
            int value = (int) next;
            bits.set(unit.top > unit.max ? value % unit.top : value);
        }
    }

    private static int value(String text, Unit unit) {
        int name = unit.names.indexOf(text.toLowerCase(Locale.ROOT));
        return name < 0 ? Integer.parseInt(text) : name + unit.min;
    }
}
