package io.fogwhisk.influx.flux.time;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * Windows of time at equal distances, numbered so that window 0 starts at the start of 1970, by a local clock, moved by
 * an offset. A window that is longer than the distance overlaps the next ones; one that is shorter leaves a gap. Where
 * local clocks are set forward or back, windows are shorter or longer; none of the moments is lost or counted twice.
 *
 * @param every the distance: months of the calendar or nanoseconds, more than zero
 * @param period the length; if it is negative, a window ends where it would start otherwise
 * @param offset moves all windows
 * @param zone whose clocks the distances are counted on
 */
public record Windows(FluxDuration every, FluxDuration period, FluxDuration offset, Zone zone) {

    /** More would hold every point too often for any memory. */
    private static final int MAX_OVERLAP = 10_000;

    private static final double MONTH = 30 * 86_400e9;

    /**
     * Checks the distance.
     *
     * @throws IllegalArgumentException with a message for users
     */
    public Windows {
        Objects.requireNonNull(period, "period is null");
        Objects.requireNonNull(offset, "offset is null");
        Objects.requireNonNull(zone, "zone is null");
        if (every.equals(FluxDuration.ZERO)) {
            throw new IllegalArgumentException("duration used as an interval cannot be zero");
        }
        if (every.months() != 0 && every.nanos() != 0) {
            throw new IllegalArgumentException("duration used as an interval cannot mix month and nanosecond units");
        }
        if (every.months() < 0 || every.nanos() < 0) {
            throw new IllegalArgumentException("duration used as an interval cannot be negative");
        }
        if (every.nanos() == Long.MAX_VALUE || Math.abs(period.nanos()) == Long.MAX_VALUE) {
            throw new IllegalArgumentException("windows must end");
        }
        if (length(period) / length(every) > MAX_OVERLAP) {
            throw new IllegalArgumentException("more than " + MAX_OVERLAP + " windows hold each moment");
        }
    }

    /** Windows one after the other, by UTC. */
    public Windows(FluxDuration every) {
        this(every, every, FluxDuration.ZERO, Zone.UTC);
    }

    private static double length(FluxDuration duration) {
        return Math.abs(duration.months() * MONTH + duration.nanos());
    }

    /** Whether windows are as long as their distance, so that no two of them overlap. */
    public boolean seamless() {
        return period.equals(every);
    }

    /** The start of the window that holds a time, if windows are {@link #seamless}. */
    public long start(long time) {
        return from(last(time));
    }

    /** The first moment of a window. */
    public long from(long index) {
        return negative() ? shifted(index) : zone.time(clock(index));
    }

    /** The moment after the last of a window. */
    public long to(long index) {
        return negative() ? zone.time(clock(index)) : shifted(index);
    }

    /** The first window that ends after a time, or the last of those before which there is one that does not. */
    public long firstEndingAfter(long time) {
        long index = last(time);
        while (to(index) <= time) {
            index++;
        }
        while (to(index - 1) > time) {
            index--;
        }
        return index;
    }

    private boolean negative() {
        return period.months() < 0 || (period.months() == 0 && period.nanos() < 0);
    }

    private long shifted(long index) {
        return zone.time(period.after(clock(index)));
    }

    /** What the local clock shows at the start of a window, or at its end if the period is negative. */
    private long clock(long index) {
        return every.times(index).after(offset.after(0));
    }

    /** The last window whose place on the clock is not after a time. */
    private long last(long time) {
        long clock = zone.clock(time);
        long zero = offset.after(0);
        long index;
        if (every.months() > 0) {
            long months = ChronoUnit.MONTHS.between(date(zero), date(clock));
            index = Math.floorDiv(months, every.months());
        } else {
            index = quotient(clock, zero, every.nanos());
        }
        // Ends of months and clocks that are set back make the first guess wrong by a little.
        while (zone.time(clock(index)) > time) {
            index--;
        }
        while (clock(index + 1) > clock(index) && zone.time(clock(index + 1)) <= time) {
            index++;
        }
        return index;
    }

    private static long quotient(long clock, long zero, long distance) {
        long difference = clock - zero;
        if (((clock ^ zero) & (clock ^ difference)) < 0) {
            // The difference does not fit; both are far from each other, so one of them is far from 1970.
            return Math.floorDiv(clock, distance) - Math.floorDiv(zero, distance);
        }
        return Math.floorDiv(difference, distance);
    }

    private static LocalDateTime date(long clock) {
        return LocalDateTime.ofInstant(FluxDuration.instant(clock), ZoneOffset.UTC);
    }
}
