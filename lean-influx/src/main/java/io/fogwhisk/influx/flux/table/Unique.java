package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code unique()}: the first row with each value of a column; null is a value, too. */
public record Unique(String column, Position at) implements EachTable {

    @Override
    public List<Table> of(Table table, Execution execution) {
        int place = table.require(column, at);
        return List.of(table.withRows(Running.rows(table.rows(), table.columns().size(), () -> {
            Set<@Nullable Object> seen = new HashSet<>();
            return (row, made) -> {
                boolean first = seen.add(row[place]);
                if (first) {
                    execution.budget().takeValue(row[place]);
                }
                return first;
            };
        })));
    }
}
