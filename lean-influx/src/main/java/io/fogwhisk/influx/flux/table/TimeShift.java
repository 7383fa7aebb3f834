package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code timeShift()}: times moved, those of the group key and the time range of the stream, too.
 * Columns that a table does not have are passed over.
 */
public record TimeShift(FluxDuration duration, List<String> columns, Position at) implements EachTable {

    /** Copies the list. */
    public TimeShift {
        columns = List.copyOf(columns);
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        List<Integer> found = new ArrayList<>();
        for (String label : columns) {
            if (table.index(label) >= 0) {
                found.add(Running.time(table, label, "timeShift", at));
            }
        }
        int[] places = found.stream().mapToInt(Integer::intValue).toArray();
        @Nullable Object[] key = table.key().clone();
        shift(places, key);
        Rows rows = Running.rows(table.rows(), table.columns().size(), () -> (row, made) -> {
            shift(places, made);
            return true;
        });
        Table.Bounds bounds = table.bounds();
        Table shifted = table.with(table.columns(), key, rows);
        return List.of(
                bounds.equals(Table.Bounds.NONE)
                        ? shifted
                        : shifted.within(
                                new Table.Bounds(duration.after(bounds.start()), duration.after(bounds.stop()))));
    }

    private void shift(int[] places, @Nullable Object[] row) {
        for (int place : places) {
            if (row[place] instanceof Long time) {
                row[place] = duration.after(time);
            }
        }
    }
}
