package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code sort()}: rows in order, within each table; null comes last, or first if the order is descending. Columns that a
 * table does not have are passed over.
 */
public record Sort(List<String> columns, boolean desc, Position at) implements EachTable {

    /** Copies the list. */
    public Sort {
        columns = List.copyOf(columns);
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        Comparator<@Nullable Object[]> order = null;
        for (String label : columns) {
            int place = table.index(label);
            if (place >= 0) {
                ColumnType type = table.columns().get(place).type();
                Comparator<@Nullable Object[]> next = (left, right) -> type.compareNullable(left[place], right[place]);
                order = order == null ? next : order.thenComparing(next);
            }
        }
        if (order == null) {
            return List.of(table);
        }
        List<@Nullable Object[]> rows = execution.budget().hold(table.rows());
        rows.sort(desc ? order.reversed() : order);
        return List.of(table.withRows(Rows.of(rows)));
    }
}
