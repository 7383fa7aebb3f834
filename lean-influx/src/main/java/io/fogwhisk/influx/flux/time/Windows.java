package io.fogwhisk.influx.flux.time;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Windows of equal length, one after the other, the first of them at the start of 1970.
 *
 * @param every their length: months of the calendar, or nanoseconds
 */
public record Windows(FluxDuration every) {

    private static final int MONTHS = 12;

    /** The start of the window that holds a time. */
    public long start(long time) {
        if (every.months() > 0) {
            OffsetDateTime date = FluxDuration.instant(time).atOffset(ZoneOffset.UTC);
            long month = (date.getYear() - 1970L) * MONTHS + date.getMonthValue() - 1;
            return FluxDuration.plusMonths(0, month - Math.floorMod(month, every.months()));
        }
        long start = time - Math.floorMod(time, every.nanos());
        return start > time ? Long.MIN_VALUE : start;
    }

    /** The start of the next window. */
    public long next(long start) {
        return every.after(start);
    }
}
