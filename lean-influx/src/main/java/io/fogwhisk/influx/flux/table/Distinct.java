package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code distinct()}: the group key, and each value of a column once as {@code _value}, in the order in which they come
 * first; null is a value, too. A table without the column gets an empty text, as InfluxDB has it.
 */
public record Distinct(String column, Position at) implements EachTable {

    @Override
    public boolean takesUnread() {
        return true;
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        int place = table.index(column);
        List<@Nullable Object> values = new ArrayList<>();
        if (place < 0 || table.columns().get(place).grouped()) {
            if (!table.empty()) {
                values.add(place < 0 ? "" : table.key()[place]);
            }
        } else {
            collect(table, place, values, execution.budget());
        }
        if (values.isEmpty()) {
            return List.of();
        }
        ColumnType type =
                place < 0 ? ColumnType.STRING : table.columns().get(place).type();
        return List.of(Listing.of(table, Table.VALUE, type, values, at));
    }

    private static void collect(Table table, int place, List<@Nullable Object> into, MemoryBudget budget) {
        Set<@Nullable Object> seen = new HashSet<>();
        if (table.rows() instanceof StoredRows stored && place != stored.valuePlace() && place != stored.timePlace()) {
            // All rows of a series have the same value here, so that its first one tells.
            for (StoredRows.Part part : stored.present()) {
                add(part.row()[place], seen, into, budget);
            }
        } else {
            table.rows().scan(row -> {
                add(row[place], seen, into, budget);
                return true;
            });
        }
    }

    private static void add(
            @Nullable Object value, Set<@Nullable Object> seen, List<@Nullable Object> into, MemoryBudget budget) {
        if (seen.add(value)) {
            budget.takeValue(value);
            into.add(value);
        }
    }
}
