package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.Locale;
import java.util.Optional;

/** The aggregates, which compute a value from a column, and the selectors, which pick a row of a table. */
public enum Aggregate {
    COUNT,
    SUM,
    MEAN,
    MEDIAN,
    MIN,
    MAX,
    FIRST,
    LAST;

    public static Optional<Aggregate> of(String name) {
        for (Aggregate aggregate : values()) {
            if (aggregate.text().equals(name)) {
                return Optional.of(aggregate);
            }
        }
        return Optional.empty();
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean selector() {
        return this == MIN || this == MAX || this == FIRST || this == LAST;
    }

    /** The type of the value that comes out. */
    public ColumnType type(ColumnType in, Position at) {
        boolean fits = switch (this) {
            case COUNT, FIRST, LAST -> true;
            case SUM, MEAN, MIN, MAX -> in.number();
            case MEDIAN -> in == ColumnType.FLOAT;
        };
        if (!fits) {
            throw at.error(text() + "() does not take a column of type " + in.text());
        }
        return switch (this) {
            case COUNT -> ColumnType.INT;
            case MEAN, MEDIAN -> ColumnType.FLOAT;
            default -> in;
        };
    }
}
