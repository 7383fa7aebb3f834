package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.line.FieldType;
import org.jspecify.annotations.Nullable;

/** The types of columns, and how a row holds their values. */
public enum ColumnType {
    /** A {@link String}. */
    STRING("string", "string"),
    /** A {@link Double}. */
    FLOAT("float", "double"),
    /** A {@link Long}. */
    INT("int", "long"),
    /** A {@link Long} that holds the bits of an unsigned number. */
    UINT("uint", "unsignedLong"),
    /** A {@link Boolean}. */
    BOOL("bool", "boolean"),
    /** A {@link Long}: nanoseconds since 1970. */
    TIME("time", "dateTime:RFC3339");

    private final String text;
    private final String annotation;

    ColumnType(String text, String annotation) {
        this.text = text;
        this.annotation = annotation;
    }

    /** Flux's name of the type. */
    public String text() {
        return text;
    }

    /** The name in the {@code #datatype} annotation of a CSV answer. */
    public String annotation() {
        return annotation;
    }

    /** The type of a column that holds fields of a type. */
    public static ColumnType of(FieldType type) {
        return switch (type) {
            case FLOAT -> FLOAT;
            case INTEGER -> INT;
            case UNSIGNED -> UINT;
            case STRING -> STRING;
            case BOOLEAN -> BOOL;
        };
    }

    /** Whether it can be calculated with. */
    public boolean number() {
        return this == FLOAT || this == INT || this == UINT;
    }

    /** Compares two values of this type; null is greater than all others. */
    public int compareNullable(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return Boolean.compare(left == null, right == null);
        }
        return compare(left, right);
    }

    /** Compares two values of this type, neither of them null. */
    public int compare(Object left, Object right) {
        return switch (this) {
            case STRING -> ((String) left).compareTo((String) right);
            case FLOAT -> Double.compare((Double) left, (Double) right);
            case INT, TIME -> Long.compare((Long) left, (Long) right);
            case UINT -> Long.compareUnsigned((Long) left, (Long) right);
            case BOOL -> Boolean.compare((Boolean) left, (Boolean) right);
        };
    }

    /** A number of this type as floating point. */
    public double asDouble(Object value) {
        long bits = ((Number) value).longValue();
        return switch (this) {
            case FLOAT -> (Double) value;
            case UINT -> bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
            default -> bits;
        };
    }
}
