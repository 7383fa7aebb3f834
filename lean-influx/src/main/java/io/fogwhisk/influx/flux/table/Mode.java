package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code mode()}: the group key, and the values that occur most often as {@code _value}, in their order; null if all
 * values occur equally often, or there is none.
 */
public record Mode(String column, Position at) implements EachTable {

    @Override
    public List<Table> of(Table table, Execution execution) {
        int place = table.require(column, at);
        ColumnType type = table.columns().get(place).type();
        Map<Object, Long> counts = new HashMap<>();
        boolean[] any = new boolean[1];
        table.rows().scan(row -> {
            any[0] = true;
            Object value = row[place];
            if (value != null && counts.merge(value, 1L, Long::sum) == 1) {
                execution.budget().takeValue(value);
            }
            return true;
        });
        if (!any[0]) {
            return List.of();
        }
        List<@Nullable Object> modes = new ArrayList<>();
        if (table.columns().get(place).grouped()) {
            modes.add(table.key()[place]);
        } else {
            long most =
                    counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
            counts.forEach((value, count) -> {
                if (count == most) {
                    modes.add(value);
                }
            });
            if (modes.size() == counts.size()) {
                modes.clear();
                modes.add(null);
            }
            modes.sort(type::compareNullable);
        }
        return List.of(Listing.of(table, Table.VALUE, type, modes, at));
    }
}
