package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code cumulativeSum()}: the sum of all values up to each row; null adds nothing. */
public record CumulativeSum(List<String> columns, Position at) implements EachTable {

    /** Copies the list. */
    public CumulativeSum {
        columns = List.copyOf(columns);
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        int[] places = Running.numbers(table, columns, "cumulativeSum", at);
        return List.of(table.withRows(Running.rows(table.rows(), table.columns().size(), () -> step(table, places))));
    }

    private static Running.Step step(Table table, int[] places) {
        @Nullable Object[] sums = new Object[places.length];
        for (int i = 0; i < places.length; i++) {
            sums[i] = table.columns().get(places[i]).type() == ColumnType.FLOAT ? (Object) 0.0 : (Object) 0L;
        }
        return (row, made) -> {
            for (int i = 0; i < places.length; i++) {
                Object value = row[places[i]];
                if (value instanceof Double number && sums[i] instanceof Double sum) {
                    sums[i] = sum + number;
                } else if (value instanceof Long number && sums[i] instanceof Long sum) {
                    sums[i] = sum + number;
                }
                made[places[i]] = sums[i];
            }
            return true;
        };
    }
}
