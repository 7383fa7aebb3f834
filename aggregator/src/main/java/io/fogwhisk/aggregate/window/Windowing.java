package io.fogwhisk.aggregate.window;

import io.fogwhisk.aggregate.AggregateException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Cuts time into windows without gaps. Windows of seconds, minutes and hours are aligned to the epoch in UTC; windows of
 * days are calendar days of a zone, so that the day of a change of clocks has 23 or 25 hours.
 *
 * @param size of each window
 * @param zone whose calendar days are meant
 */
public record Windowing(Span size, ZoneId zone) {

    /** Checks that a window has a length. */
    public Windowing {
        Objects.requireNonNull(zone, "zone is null");
        if (size.count() == 0) {
            throw new AggregateException("window must be longer than 0, was " + size);
        }
    }

    /** The window that holds a moment. */
    public Window windowAt(Instant time) {
        if (size.unit() == Span.Unit.DAYS) {
            long day = time.atZone(zone).toLocalDate().toEpochDay();
            long first = Math.floorDiv(day, size.count()) * size.count();
            return new Window(midnight(first), midnight(first + size.count()));
        }
        long millis = size.length().toMillis();
        long start = Math.floorDiv(time.toEpochMilli(), millis) * millis;
        return new Window(Instant.ofEpochMilli(start), Instant.ofEpochMilli(start + millis));
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

    private Instant midnight(long epochDay) {
        return LocalDate.ofEpochDay(epochDay).atStartOfDay(zone).toInstant();
    }

    /** How long a window is, or usually is. */
    public Duration length() {
        return size.length();
    }
}
