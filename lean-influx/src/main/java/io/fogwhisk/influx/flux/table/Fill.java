package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code fill()}: another value where there is none.
 *
 * @param value the value, or null if it is the last one before that was not null
 * @param type of the value
 */
public record Fill(
        String column, @Nullable Object value, @Nullable ColumnType type, Position at) implements EachTable {

    /** A value for all. */
    public static Fill with(String column, Object value, ColumnType type, Position at) {
        return new Fill(column, value, type, at);
    }

    /** The last value that was not null. */
    public static Fill previous(String column, Position at) {
        return new Fill(column, null, null, at);
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        int place = table.index(column);
        if (place < 0) {
            throw at.error("fill column not found: " + column);
        }
        ColumnType in = table.columns().get(place).type();
        if (type != null && type != in) {
            throw at.error("fill column type mismatch: column " + column + " is of type " + in.text()
                    + ", the value of type " + type.text());
        }
        @Nullable Object[] key = table.key().clone();
        if (table.columns().get(place).grouped() && key[place] == null) {
            key[place] = value;
        }
        Rows rows = Running.rows(table.rows(), table.columns().size(), () -> {
            @Nullable Object[] last = {value};
            return (row, made) -> {
                if (row[place] == null) {
                    made[place] = last[0];
                } else if (value == null) {
                    last[0] = row[place];
                }
                return true;
            };
        });
        return List.of(table.with(new ArrayList<>(table.columns()), key, rows));
    }
}
