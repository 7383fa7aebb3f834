package io.fogwhisk.feed.registry;

import io.fogwhisk.feed.FeedException;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Days on which an alarm does not fire.
 *
 * @param texts as the user gave them: {@code 2026-12-25}, {@code 2026-12-24/2026-12-31} (both ends included) or
 *     {@code weekends}
 * @param ranges the days
 * @param weekends whether Saturdays and Sundays are among them
 */
public record ExcludedDays(List<String> texts, List<Range> ranges, boolean weekends) {

    /** No day. */
    public static final ExcludedDays NONE = new ExcludedDays(List.of(), List.of(), false);

    private static final int MAX = 1_000;
    private static final String WEEKENDS = "weekends";

    /**
     * Some days in a row.
     *
     * @param last included; not before {@code first}
     */
    public record Range(LocalDate first, LocalDate last) {
        /** Checks the order. */
        public Range {
            if (last.isBefore(first)) {
                throw new FeedException("exclude: the last day " + last + " is before the first day " + first);
            }
        }
    }

    /** Copies the lists. */
    public ExcludedDays {
        texts = List.copyOf(texts);
        ranges = List.copyOf(ranges);
    }

    /**
     * Reads what a user gave.
     *
     * @throws FeedException if one of them is no day, or there are too many
     */
    static ExcludedDays parse(List<String> texts) {
        if (texts.size() > MAX) {
            throw new FeedException("exclude takes at most " + MAX + " entries, was given " + texts.size());
        }
        List<Range> ranges = new ArrayList<>();
        boolean weekends = false;
        for (String text : texts) {
            if (text.equals(WEEKENDS)) {
                weekends = true;
                continue;
            }
            String[] ends = text.split("/", -1);
            try {
                ranges.add(new Range(LocalDate.parse(ends[0]), LocalDate.parse(ends[ends.length - 1])));
            } catch (DateTimeException e) {
                throw new FeedException(wrong(text), e);
            }
            if (ends.length > 2) {
                throw new FeedException(wrong(text));
            }
        }
        return new ExcludedDays(texts, ranges, weekends);
    }

    /** Whether a day is one of them. */
    public boolean contains(LocalDate day) {
        if (weekends && (day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY)) {
            return true;
        }
        return ranges.stream().anyMatch(range -> !day.isBefore(range.first) && !day.isAfter(range.last));
    }

    private static String wrong(String text) {
        return "exclude must be days such as 2026-12-25, 2026-12-24/2026-12-31 or weekends, was '" + text + "'";
    }
}
