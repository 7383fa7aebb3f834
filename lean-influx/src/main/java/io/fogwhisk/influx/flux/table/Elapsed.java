package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code elapsed()}: the whole units of time since the row before, in a column of its own after all others. The first
 * row is left out.
 *
 * @param unit the length of time that counts as one
 * @param columnName the column that gets the numbers
 */
public record Elapsed(FluxDuration unit, String timeColumn, String columnName, Position at) implements EachTable {

    /** Checks the unit. */
    public Elapsed {
        if (unit.months() != 0 || unit.nanos() <= 0) {
            throw at.error("unit of elapsed() must be positive and without calendar months");
        }
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        int time = Running.time(table, timeColumn, "elapsed", at);
        if (table.index(columnName) >= 0) {
            throw at.error("column \"" + columnName + "\" exists already: name another with columnName");
        }
        List<Column> columns = new ArrayList<>(table.columns());
        columns.add(new Column(columnName, ColumnType.INT, false));
        int place = columns.size() - 1;
        Rows rows = Running.rows(table.rows(), columns.size(), () -> {
            @Nullable Object[] before = new Object[1];
            return (row, made) -> {
                if (!(row[time] instanceof Long moment)) {
                    throw at.error("elapsed() found a row without a time");
                }
                boolean passed = false;
                if (before[0] instanceof Long earlier) {
                    made[place] = (moment - earlier) / unit.nanos();
                    passed = true;
                }
                before[0] = moment;
                return passed;
            };
        });
        return List.of(table.with(columns, Arrays.copyOf(table.key(), columns.size()), rows));
    }
}
