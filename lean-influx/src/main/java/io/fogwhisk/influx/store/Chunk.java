package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.FieldType;
import java.util.Arrays;
import java.util.Objects;

/**
 * Consecutive points of one field of a series, as arrays: the points are those at {@link #from} up to, without,
 * {@link #to}, with rising times. The arrays belong to the store: they must not be changed, and count only during the
 * call of the visitor.
 */
public final class Chunk {

    private final FieldType type;
    private final long[] times;
    private final Object values;
    private final int from;
    private final int to;

    /**
     * A chunk over arrays.
     *
     * @param values double[], long[] or Object[], as the type wants it
     */
    Chunk(FieldType type, long[] times, Object values, int from, int to) {
        Objects.checkFromToIndex(from, to, times.length);
        this.type = Objects.requireNonNull(type, "type is null");
        this.times = times;
        this.values = Objects.requireNonNull(values, "values is null");
        this.from = from;
        this.to = to;
    }

    /** An array for values of a type. */
    static Object array(FieldType type, int length) {
        return switch (type) {
            case FLOAT -> new double[length];
            case INTEGER, UNSIGNED -> new long[length];
            case STRING, BOOLEAN -> new Object[length];
        };
    }

    /** What the values are, and so which of the arrays holds them. */
    public FieldType type() {
        return type;
    }

    /** Nanoseconds since 1970. */
    public long[] times() {
        return times;
    }

    /** The place of the first point in the arrays. */
    public int from() {
        return from;
    }

    /** The place after the last point in the arrays, greater than {@link #from}. */
    public int to() {
        return to;
    }

    /** How many points there are, at least one. */
    public int count() {
        return to - from;
    }

    /**
     * The values of a float field.
     *
     * @throws IllegalStateException if the field has another type
     */
    public double[] doubles() {
        if (values instanceof double[] doubles) {
            return doubles;
        }
        throw wrongType();
    }

    /**
     * The values of an integer field, or the bits of an unsigned one.
     *
     * @throws IllegalStateException if the field has another type
     */
    public long[] longs() {
        if (values instanceof long[] longs) {
            return longs;
        }
        throw wrongType();
    }

    /**
     * The values of a text field (String) or a boolean one (Boolean).
     *
     * @throws IllegalStateException if the field has another type
     */
    public Object[] objects() {
        if (values instanceof Object[] objects) {
            return objects;
        }
        throw wrongType();
    }

    /** The value at a place of the arrays: Double, Long (integer, or the bits of an unsigned), String or Boolean. */
    public Object value(int place) {
        Objects.checkIndex(place - from, to - from);
        if (values instanceof double[] doubles) {
            return doubles[place];
        }
        return values instanceof long[] longs ? longs[place] : objects()[place];
    }

    /** double[], long[] or Object[]. */
    Object values() {
        return values;
    }

    /** The time of the first point. */
    long first() {
        return times[from];
    }

    /** The time of the last point. */
    long last() {
        return times[to - 1];
    }

    /** The first place whose time is not before a time; {@link #to} if there is none. */
    int place(long time) {
        if (from == to || times[from] >= time) {
            return from;
        }
        if (times[to - 1] < time) {
            return to;
        }
        int found = Arrays.binarySearch(times, from, to, time);
        return found < 0 ? -found - 1 : found;
    }

    /** The first place whose time is after a time; {@link #to} if there is none. */
    int placeAfter(long time) {
        return time == Long.MAX_VALUE ? to : place(time + 1);
    }

    /** The points between two places, over the same arrays. */
    Chunk slice(int begin, int end) {
        return begin == from && end == to ? this : new Chunk(type, times, values, begin, end);
    }

    /** The points from a time on, up to another, which is not included; may be empty. */
    Chunk range(long start, long stop) {
        int begin = place(start);
        return slice(begin, Math.max(begin, place(stop)));
    }

    /** The points of two chunks of one field; where both have a point at a time, that of the newer chunk. */
    static Chunk merge(Chunk older, Chunk newer) {
        if (older.count() == 0 || newer.count() == 0) {
            return older.count() == 0 ? newer : older;
        }
        int most = older.count() + newer.count();
        Merge out = new Merge(older.type, most);
        int i = older.from;
        int j = newer.from;
        while (i < older.to && j < newer.to) {
            if (older.times[i] < newer.times[j]) {
                int end = older.slice(i, older.to).place(newer.times[j]);
                out.copy(older, i, end);
                i = end;
            } else {
                int end = newer.slice(j, newer.to).place(older.times[i]);
                if (end < newer.to && newer.times[end] == older.times[i]) {
                    end++;
                    i++;
                }
                out.copy(newer, j, end);
                j = end;
            }
        }
        out.copy(older, i, older.to);
        out.copy(newer, j, newer.to);
        return new Chunk(older.type, out.times, out.values, 0, out.filled);
    }

    private IllegalStateException wrongType() {
        return new IllegalStateException("the values of this chunk are of type " + type.text());
    }

    private static final class Merge {
        private final long[] times;
        private final Object values;
        private int filled;

        Merge(FieldType type, int most) {
            times = new long[most];
            values = array(type, most);
        }

        void copy(Chunk source, int begin, int end) {
            System.arraycopy(source.times, begin, times, filled, end - begin);
            System.arraycopy(source.values, begin, values, filled, end - begin);
            filled += end - begin;
        }
    }
}
