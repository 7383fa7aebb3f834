package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table of the group key of another and a list of values, one in each row. */
final class Listing {

    private Listing() {}

    static Table of(Table table, String label, ColumnType type, List<@Nullable Object> values, Position at) {
        List<Column> columns = new ArrayList<>();
        List<@Nullable Object> key = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            Column column = table.columns().get(i);
            if (column.grouped()) {
                if (column.label().equals(label)) {
                    throw at.error("column \"" + label + "\" is part of the group key and cannot take the values");
                }
                columns.add(column);
                key.add(table.key()[i]);
            }
        }
        columns.add(new Column(label, type, false));
        key.add(null);
        @Nullable Object[] common = key.toArray();
        return table.with(columns, common, visitor -> {
            @Nullable Object[] row = common.clone();
            for (Object value : values) {
                row[row.length - 1] = value;
                if (!visitor.row(row)) {
                    return;
                }
            }
        });
    }
}
