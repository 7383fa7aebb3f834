package io.fogwhisk.aggregate.influx;

import java.util.Objects;

/**
 * Points that belong together: they are stored, kept and set aside as one.
 *
 * @param kind what they are
 * @param lines line protocol with times in nanoseconds, one point a line, without a line end after the last
 * @param count how many points, at least 1
 */
public record Points(Kind kind, String lines, int count) {

    /** What the points are. */
    public enum Kind {
        /** The measurements of one reading. */
        READING,
        /** One aggregate of one window. */
        AGGREGATE
    }

    /** Checks the count. */
    public Points {
        Objects.requireNonNull(kind, "kind is null");
        Objects.requireNonNull(lines, "lines is null");
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, was " + count);
        }
    }
}
