package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code difference()}: each value less the last one before it that was not null; null if there is none. The first row
 * has no difference and is left out. Unsigned values differ by signed ones.
 *
 * @param nonNegative whether negative differences become null
 * @param keepFirst whether the first row stays, its difference being null
 * @param initialZero whether a value that is lower than the one before counts as its difference to zero, where negative
 *     differences are not wanted
 */
public record Difference(boolean nonNegative, List<String> columns, boolean keepFirst, boolean initialZero, Position at)
        implements EachTable {

    /** Copies the list. */
    public Difference {
        columns = List.copyOf(columns);
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        int[] places = Running.numbers(table, columns, "difference", at);
        List<Column> typed = Running.typed(table, columns, type -> type == ColumnType.UINT ? ColumnType.INT : type);
        Rows rows = Running.rows(table.rows(), typed.size(), () -> step(places));
        return List.of(table.with(typed, table.key(), rows));
    }

    private Running.Step step(int[] places) {
        @Nullable Object[] last = new Object[places.length];
        boolean[] begun = new boolean[1];
        return (row, made) -> {
            for (int i = 0; i < places.length; i++) {
                Object value = row[places[i]];
                Object before = last[i];
                made[places[i]] = value == null || before == null ? null : difference(value, before);
                last[i] = value == null ? before : value;
            }
            boolean passed = begun[0] || keepFirst;
            begun[0] = true;
            return passed;
        };
    }

    private @Nullable Object difference(Object value, Object before) {
        if (value instanceof Double number) {
            double difference = number - (Double) before;
            if (!nonNegative || !(difference < 0)) {
                return difference;
            }
            return initialZero && number >= 0 ? number : null;
        }
        long number = (Long) value;
        long difference = number - (Long) before;
        if (!nonNegative || difference >= 0) {
            return difference;
        }
        return initialZero && number >= 0 ? (Long) number : null;
    }
}
