package io.fogwhisk.aggregate.window;

import io.fogwhisk.aggregate.AggregateException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Cuts time into windows without gaps, as the clock on the wall of a zone does: a window begins whenever that clock shows
 * a multiple of the window's size, counted from midnight of 1 January 1970 (weeks from a Monday), plus the offset.
 *
 * <p>When clocks change, windows of days and longer are calendar days, weeks, months and years, so that a day has 23 or 25
 * hours. Shorter windows keep their length if the change is a multiple of it: the day on which clocks go back has 25
 * windows of an hour. Otherwise the window in which clocks change is longer or shorter by the change: six hours of the
 * clock on the wall are then five or seven.
 *
 * @param size of each window, more than zero
 * @param zone whose clock is meant
 * @param offset how much later than at a multiple each window begins, shorter than the window and than a day
 */
public record Windowing(Span size, ZoneId zone, Duration offset) {

    private static final long DAY_SECONDS = 86_400;
    /** 5 January 1970 was a Monday. */
    private static final long MONDAY = 4;
    /** More than any zone has ever changed its clock by. */
    private static final long MAX_CHANGE = 25 * 3_600L;

    /** Checks the ranges. */
    public Windowing {
        Objects.requireNonNull(zone, "zone is null");
        if (size.count() == 0) {
            throw new AggregateException("window must be longer than 0, was " + size);
        }
        if (offset.isNegative()
                || !offset.truncatedTo(ChronoUnit.SECONDS).equals(offset)
                || offset.compareTo(size.length()) >= 0
                || offset.toSeconds() >= DAY_SECONDS) {
            throw new AggregateException("offset must be shorter than the window (" + size + ") and than a day, was "
                    + offset.toSeconds() + "s");
        }
    }

    /** Windows that begin at a multiple of their size. */
    public Windowing(Span size, ZoneId zone) {
        this(size, zone, Duration.ZERO);
    }

    /** The window that holds a moment. */
    public Window windowAt(Instant time) {
        if (!size.unit().isCalendar()) {
            long second = time.getEpochSecond();
            if (keepsLength(second)) {
                long length = size.length().toSeconds();
                long shift = zone.getRules().getOffset(time).getTotalSeconds() - offset.toSeconds();
                long start = Math.floorDiv(second + shift, length) * length - shift;
                return new Window(Instant.ofEpochSecond(start), Instant.ofEpochSecond(start + length));
            }
        }
        long index = index(LocalDateTime.ofInstant(time, zone).minus(offset));
        while (begin(index).isAfter(time)) {
            index--;
        }
        while (!begin(index + 1).isAfter(time)) {
            index++;
        }
        return new Window(begin(index), begin(index + 1));
    }

    /**
     * The windows that ended after one moment and not after another, oldest first.
     *
     * @param after exclusive
     * @param upTo inclusive: what ended by then is complete
     * @param limit of the list's length
     */
    public List<Window> endedBetween(Instant after, Instant upTo, int limit) {
        List<Window> windows = new ArrayList<>();
        Window next = windowAt(after);
        while (windows.size() < limit && !next.stop().isAfter(upTo)) {
            windows.add(next);
            next = windowAt(next.stop());
        }
        return windows;
    }

    /** How long a window is, or usually is; of months and years the longest. */
    public Duration length() {
        return size.length();
    }

    /** Whether every change of clocks near a moment is a multiple of the window's length, or there is none. */
    private boolean keepsLength(long second) {
        if (zone.getRules().isFixedOffset()) {
            return true;
        }
        long length = size.length().toSeconds();
        Instant end = Instant.ofEpochSecond(second + length + MAX_CHANGE);
        ZoneOffsetTransition change =
                zone.getRules().nextTransition(Instant.ofEpochSecond(second - length - MAX_CHANGE));
        while (change != null && change.getInstant().isBefore(end)) {
            if (change.getDuration().toSeconds() % length != 0) {
                return false;
            }
            change = zone.getRules().nextTransition(change.getInstant());
        }
        return true;
    }

    /** Which window of the clock on the wall it is. */
    private long index(LocalDateTime local) {
        long count = size.count();
        return switch (size.unit()) {
            case YEARS -> Math.floorDiv(local.getYear() - 1970, count);
            case MONTHS -> Math.floorDiv(months(local), count);
            case WEEKS -> Math.floorDiv(local.toLocalDate().toEpochDay() - MONDAY, 7 * count);
            case DAYS -> Math.floorDiv(local.toLocalDate().toEpochDay(), count);
            default ->
                Math.floorDiv(local.toEpochSecond(ZoneOffset.UTC), size.length().toSeconds());
        };
    }

    /** When a window begins; several begin at one moment where the clock jumps over their multiples. */
    private Instant begin(long index) {
        long number = index * size.count();
        LocalDateTime epoch = LocalDateTime.of(1970, 1, 1, 0, 0);
        LocalDateTime local = switch (size.unit()) {
            case YEARS -> epoch.plusYears(number);
            case MONTHS -> epoch.plusMonths(number);
            case WEEKS -> epoch.plusDays(7 * number + MONDAY);
            case DAYS -> epoch.plusDays(number);
            default -> epoch.plusSeconds(index * size.length().toSeconds());
        };
        return instant(local.plus(offset));
    }

    /** A time that the clock shows twice is the first; one that it never shows is when it jumps over it. */
    private Instant instant(LocalDateTime local) {
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        if (change != null && change.isGap()) {
            return change.getInstant();
        }
        return local.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
    }

    private static long months(LocalDateTime local) {
        return (local.getYear() - 1970) * 12L + local.getMonthValue() - 1;
    }
}
