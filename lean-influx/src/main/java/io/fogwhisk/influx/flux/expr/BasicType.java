package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.table.ColumnType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The types of values without parts, and how they are held. */
public enum BasicType {
    /** A {@link Boolean}. */
    BOOL("bool", ColumnType.BOOL),
    /** A {@link Long}. */
    INT("int", ColumnType.INT),
    /** A {@link Long} that holds the bits of an unsigned number. */
    UINT("uint", ColumnType.UINT),
    /** A {@link Double}. */
    FLOAT("float", ColumnType.FLOAT),
    /** A {@link String}. */
    STRING("string", ColumnType.STRING),
    /** A {@link Long}: nanoseconds since 1970. */
    TIME("time", ColumnType.TIME),
    /** A {@link io.fogwhisk.influx.flux.time.FluxDuration}. */
    DURATION("duration", null),
    /** A {@link com.google.re2j.Pattern}. */
    REGEXP("regexp", null);

    private final String text;
    private final @Nullable ColumnType column;

    BasicType(String text, @Nullable ColumnType column) {
        this.text = text;
        this.column = column;
    }

    /** Flux's name of the type. */
    public String text() {
        return text;
    }

    /** The type of a column of such values, if a column can hold them. */
    public Optional<ColumnType> column() {
        return Optional.ofNullable(column);
    }

    /** The type of the values of a column. */
    public static BasicType of(ColumnType column) {
        return switch (column) {
            case BOOL -> BOOL;
            case INT -> INT;
            case UINT -> UINT;
            case FLOAT -> FLOAT;
            case STRING -> STRING;
            case TIME -> TIME;
        };
    }

    boolean number() {
        return this == INT || this == UINT || this == FLOAT;
    }
}
