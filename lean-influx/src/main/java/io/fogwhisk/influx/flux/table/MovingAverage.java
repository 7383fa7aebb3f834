package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code movingAverage()}: the mean of the values of each row and of those before it, {@code n} together, that are not
 * null. The first {@code n - 1} rows are left out; a table with fewer than {@code n} rows becomes its last row, with the
 * mean of all.
 */
public record MovingAverage(long n, Position at) implements EachTable {

    /** Checks the number. */
    public MovingAverage {
        if (n <= 0) {
            throw at.error("cannot take moving average with a period of " + n + " (must be greater than 0)");
        }
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        int value = Running.numbers(table, List.of(Table.VALUE), "movingAverage", at)[0];
        ColumnType type = table.columns().get(value).type();
        List<Column> columns = Running.typed(table, List.of(Table.VALUE), before -> ColumnType.FLOAT);
        Rows rows = visitor -> {
            ArrayDeque<Optional<Object>> last = new ArrayDeque<>();
            @Nullable Object[] made = new Object[columns.size()];
            boolean[] passed = new boolean[1];
            table.rows().scan(row -> {
                execution.budget().take(last.size() < n ? Long.BYTES * 3 : 0);
                last.add(Optional.ofNullable(row[value]));
                if (last.size() > n) {
                    last.remove();
                }
                System.arraycopy(row, 0, made, 0, row.length);
                if (last.size() < n) {
                    return true;
                }
                passed[0] = true;
                made[value] = mean(last, type);
                return visitor.row(made);
            });
            if (!passed[0] && !last.isEmpty()) {
                made[value] = mean(last, type);
                visitor.row(made);
            }
        };
        return List.of(table.with(columns, table.key(), rows));
    }

    private static @Nullable Object mean(ArrayDeque<Optional<Object>> values, ColumnType type) {
        double sum = 0;
        long count = 0;
        for (Optional<Object> value : values) {
            if (value.isPresent()) {
                sum += type.asDouble(value.get());
                count++;
            }
        }
        return count == 0 ? null : (Double) (sum / count);
    }
}
