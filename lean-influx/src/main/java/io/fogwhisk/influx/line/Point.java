package io.fogwhisk.influx.line;

import java.util.List;
import java.util.Objects;

/**
 * A point: the values that a series has at a time.
 *
 * @param series which series
 * @param fields at least one; of two with the same name the later counts
 * @param time nanoseconds since 1970
 */
public record Point(SeriesKey series, List<Field> fields, long time) {

    /** Checks that there is a field. */
    public Point {
        Objects.requireNonNull(series, "series is null");
        fields = List.copyOf(fields);
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("a point must have a field");
        }
    }
}
