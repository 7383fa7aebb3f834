package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;

/**
 * {@code columns()}: the group key, and the names of all columns.
 *
 * @param column the column that gets the names
 */
public record ColumnNames(String column, Position at) implements EachTable {

    @Override
    public List<Table> of(Table table, Execution execution) {
        List<Object> names =
                table.columns().stream().map(each -> (Object) each.label()).toList();
        return List.of(Listing.of(table, column, ColumnType.STRING, names, at));
    }
}
