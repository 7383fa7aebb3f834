package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.FieldType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive points of one field of a series, as arrays: the points are those at {@link #from} up to, without,
 * {@link #to}, with rising times. The arrays belong to the store: they must not be changed, and count only during the
 * call of the visitor.
 */
public final class Chunk {

    private final FieldType type;
    private final long[] times;
    private final int from;
    private final int to;
    private final double @Nullable [] doubles;
    private final long @Nullable [] longs;
    private final Object @Nullable [] objects;

    private Chunk(
            FieldType type,
            long[] times,
            int from,
            int to,
            double @Nullable [] doubles,
            long @Nullable [] longs,
            Object @Nullable [] objects) {
        Objects.checkFromToIndex(from, to, times.length);
        this.type = Objects.requireNonNull(type, "type is null");
        this.times = times;
        this.from = from;
        this.to = to;
        this.doubles = doubles;
        this.longs = longs;
        this.objects = objects;
    }

    static Chunk ofDoubles(long[] times, int from, int to, double[] values) {
        return new Chunk(FieldType.FLOAT, times, from, to, values, null, null);
    }

    static Chunk ofLongs(FieldType type, long[] times, int from, int to, long[] values) {
        return new Chunk(type, times, from, to, null, values, null);
    }

    static Chunk ofObjects(FieldType type, long[] times, int from, int to, Object[] values) {
        return new Chunk(type, times, from, to, null, null, values);
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
        return present(doubles);
    }

    /**
     * The values of an integer field, or the bits of an unsigned one.
     *
     * @throws IllegalStateException if the field has another type
     */
    public long[] longs() {
        return present(longs);
    }

    /**
     * The values of a text field (String) or a boolean one (Boolean).
     *
     * @throws IllegalStateException if the field has another type
     */
    public Object[] objects() {
        return present(objects);
    }

    /** The value at a place of the arrays: Double, Long (integer, or the bits of an unsigned), String or Boolean. */
    public Object value(int place) {
        Objects.checkIndex(place, to);
        if (doubles != null) {
            return doubles[place];
        }
        return longs != null ? longs[place] : present(objects)[place];
    }

    private <T> T present(@Nullable T values) {
        if (values == null) {
            throw new IllegalStateException("the values of this chunk are of type " + type.text());
        }
        return values;
    }
}
