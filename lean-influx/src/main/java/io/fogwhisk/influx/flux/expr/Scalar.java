package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.flux.syntax.Position;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A value without parts: one that is known, or one for each row. Immutable. */
public final class Scalar implements Value {

    /** No value, of no type. */
    public static final Scalar NULL = new Scalar(null, row -> null, true, 1);

    /** More to compute for one row is no query, but an attempt to keep us busy. */
    private static final int MAX_WEIGHT = 100_000;

    private static final @Nullable Object[] NO_ROW = {};

    private final @Nullable BasicType type;
    private final Node node;
    private final boolean constant;
    private final int weight;

    private Scalar(@Nullable BasicType type, Node node, boolean constant, int weight) {
        this.type = type;
        this.node = node;
        this.constant = constant;
        this.weight = weight;
    }

    /** A value that is known; null is allowed. */
    public static Scalar of(BasicType type, @Nullable Object value) {
        return new Scalar(Objects.requireNonNull(type), row -> value, true, 1);
    }

    /** A text. */
    public static Scalar text(String value) {
        return of(BasicType.STRING, value);
    }

    /** A value of each row that is read and not computed. */
    public static Scalar column(BasicType type, int place) {
        return new Scalar(type, row -> row[place], false, 1);
    }

    /**
     * A value computed of others: at once if all of them are known.
     *
     * @param type null if it is always null
     */
    static Scalar computed(@Nullable BasicType type, Node node, Position at, Scalar... of) {
        boolean known = true;
        long weight = 1;
        for (Scalar part : of) {
            known &= part.constant;
            weight += part.weight;
        }
        if (known) {
            Object value = node.known();
            return new Scalar(type, row -> value, true, 1);
        }
        return perRow(type, node, weight, at);
    }

    /** What cannot be computed, which each row finds out that needs it. */
    static Scalar failing(BasicType type, InfluxException failure) {
        return new Scalar(type, Node.failing(failure), false, 1);
    }

    /** A value to be computed for each row. */
    static Scalar perRow(@Nullable BasicType type, Node node, long weight, Position at) {
        if (weight > MAX_WEIGHT) {
            throw at.error("there is too much to compute for each row");
        }
        return new Scalar(type, node, false, (int) weight);
    }

    /** Its type; null if it is always null. */
    public @Nullable BasicType type() {
        return type;
    }

    /** Computes it. */
    public Node node() {
        return node;
    }

    /** Whether it is the same for all rows. */
    public boolean constant() {
        return constant;
    }

    int weight() {
        return weight;
    }

    /** The value of one that is constant. */
    public @Nullable Object value() {
        if (!constant) {
            throw new IllegalStateException("this value depends on the row");
        }
        return node.value(NO_ROW);
    }

    @Override
    public String described() {
        return type == null ? "null" : type.text();
    }
}
