package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import io.fogwhisk.influx.flux.time.Windows;
import io.fogwhisk.influx.flux.time.Zone;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a table's time range, by their numbers. The first and the last end where the range ends; a window
 * without end is the whole range. Remembers the window of the last time, because times mostly come in order. Not
 * thread-safe.
 */
final class Frames {

    /** The windows, null if there is one without end. */
    private final @Nullable Windows windows;

    private final Table.Bounds bounds;
    private final MemoryBudget budget;
    private long lastFrom = Long.MAX_VALUE;
    private long lastTo = Long.MIN_VALUE;
    private long lastIndex;

    private Frames(@Nullable Windows windows, Table.Bounds bounds, MemoryBudget budget) {
        this.budget = budget;
        this.windows = windows;
        this.bounds = bounds;
    }

    static Frames of(
            FluxDuration every,
            FluxDuration period,
            FluxDuration offset,
            Zone zone,
            Table table,
            MemoryBudget budget,
            Position at) {
        Table.Bounds bounds = table.bounds();
        if (bounds.equals(Table.Bounds.NONE)) {
            throw at.error("nil bounds passed to window; use range to set the window range");
        }
        if (every.equals(FluxDuration.INFINITE)) {
            return new Frames(null, bounds, budget);
        }
        try {
            return new Frames(new Windows(every, period, offset, zone), bounds, budget);
        } catch (IllegalArgumentException e) {
            throw at.error(String.valueOf(e.getMessage()));
        }
    }

    /** Whether there is one window, the whole range, to which all rows belong whatever their time is. */
    boolean whole() {
        return windows == null;
    }

    /** The first window that ends after a time; those that hold it are this and following ones. */
    long first(long time) {
        if (windows == null) {
            return 0;
        }
        if (time >= lastFrom && time < lastTo) {
            return lastIndex;
        }
        long index = windows.firstEndingAfter(time);
        if (windows.seamless()) {
            lastIndex = index;
            lastFrom = windows.from(index);
            lastTo = windows.to(index);
        }
        return index;
    }

    /** The first moment of a window, which may be before the range. */
    long from(long index) {
        if (windows == null) {
            return index == 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return index == lastIndex && lastFrom < lastTo ? lastFrom : windows.from(index);
    }

    /** The moment after the last of a window, which may be after the range. */
    long to(long index) {
        if (windows == null) {
            return Long.MAX_VALUE;
        }
        return index == lastIndex && lastFrom < lastTo ? lastTo : windows.to(index);
    }

    /** Where a window starts within the range. */
    long start(long index) {
        return Math.max(from(index), bounds.start());
    }

    /** Where a window stops within the range. */
    long stop(long index) {
        return Math.min(to(index), bounds.stop());
    }

    /** Whether a window has a moment in common with the range. */
    boolean inRange(long index) {
        return start(index) < stop(index);
    }

    /** Shows the number of every window that has a moment in common with the range, in their order. */
    void all(Visitor visitor) {
        for (long i = first(bounds.start()); from(i) < bounds.stop(); i++) {
            budget.check();
            if (inRange(i)) {
                visitor.window(i);
            }
        }
    }

    /** Shows the number of every window of the range that holds a time, in their order. */
    void holding(long time, Visitor visitor) {
        for (long i = first(time); from(i) <= time; i++) {
            budget.check();
            if (time < to(i) && inRange(i)) {
                visitor.window(i);
            }
        }
    }

    /** Takes numbers of windows. */
    @FunctionalInterface
    interface Visitor {
        /** A window. */
        void window(long index);
    }
}
