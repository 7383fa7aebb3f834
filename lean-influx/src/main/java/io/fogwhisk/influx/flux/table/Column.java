package io.fogwhisk.influx.flux.table;

import java.util.Objects;

/**
 * A column of a table.
 *
 * @param label its name, unique in the table
 * @param type of its values
 * @param grouped whether it is part of the group key, and so has one value in the whole table
 */
public record Column(String label, ColumnType type, boolean grouped) {

    /** Checks for null. */
    public Column {
        Objects.requireNonNull(label, "label is null");
        Objects.requireNonNull(type, "type is null");
    }

    /** The same column in or outside of the group key. */
    public Column grouped(boolean whether) {
        return grouped == whether ? this : new Column(label, type, whether);
    }

    /** The same column with another name. */
    public Column named(String other) {
        return label.equals(other) ? this : new Column(other, type, grouped);
    }
}
