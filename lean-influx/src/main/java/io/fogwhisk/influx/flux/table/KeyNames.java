package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;

/**
 * {@code keys()}: the group key, and the names of its columns.
 *
 * @param column the column that gets the names
 */
public record KeyNames(String column, Position at) implements EachTable {

    @Override
    public List<Table> of(Table table, Execution execution) {
        List<Object> names = table.columns().stream()
                .filter(Column::grouped)
                .map(key -> (Object) key.label())
                .toList();
        return List.of(Listing.of(table, column, ColumnType.STRING, names, at));
    }
}
