package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import io.fogwhisk.influx.flux.time.Zone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code window()}: a table for each window of time, whose ends become part of the group key, in the order of the
 * group keys. A row that lies in several windows is in several tables; one without a time is in none.
 *
 * @param every the distance of windows; {@link FluxDuration#INFINITE} for one window, the range
 * @param period their length
 * @param offset moves them
 * @param location whose clocks they follow
 * @param createEmpty whether windows without rows get a table, too
 */
public record Window(
        FluxDuration every,
        FluxDuration period,
        FluxDuration offset,
        Zone location,
        String timeColumn,
        String startColumn,
        String stopColumn,
        boolean createEmpty,
        Position at)
        implements Operation {

    private static final int TABLE_BYTES = 800;

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        Merging merging = new Merging(at);
        for (Table table : tables) {
            windows(table, execution.budget(), merging);
        }
        return merging.sorted();
    }

    private void windows(Table table, MemoryBudget budget, Merging into) {
        Frames frames = Frames.of(every, period, offset, location, table, budget, at);
        int time = timePlace(table, timeColumn, at);
        List<Column> columns = new ArrayList<>(table.columns());
        int start = Range.edge(columns, startColumn);
        int stop = Range.edge(columns, stopColumn);
        if (frames.whole()) {
            Table.Bounds bounds = table.bounds();
            @Nullable Object[] key = framed(table.key(), columns.size(), start, bounds.start(), stop, bounds.stop());
            into.add(table.with(
                    columns,
                    key,
                    visitor -> table.rows()
                            .scan(row -> visitor.row(
                                    framed(row, columns.size(), start, bounds.start(), stop, bounds.stop())))));
            return;
        }
        TreeMap<Long, List<@Nullable Object[]>> byWindow = new TreeMap<>();
        if (createEmpty) {
            frames.all(index -> {
                budget.take(TABLE_BYTES);
                byWindow.put(index, new ArrayList<>());
            });
        }
        table.rows().scan(row -> {
            if (row[time] instanceof Long moment) {
                frames.holding(moment, index -> {
                    byWindow.computeIfAbsent(index, none -> {
                                budget.take(TABLE_BYTES);
                                return new ArrayList<>();
                            })
                            .add(budget.hold(
                                    framed(row, columns.size(), start, frames.start(index), stop, frames.stop(index))));
                });
            }
            return true;
        });
        byWindow.forEach((index, rows) -> {
            @Nullable
            Object[] key = framed(table.key(), columns.size(), start, frames.start(index), stop, frames.stop(index));
            into.add(table.with(columns, key, Rows.of(rows)));
        });
    }

    private static @Nullable Object[] framed(
            @Nullable Object[] row, int size, int startPlace, long start, int stopPlace, long stop) {
        @Nullable Object[] wide = Arrays.copyOf(row, size);
        wide[startPlace] = start;
        wide[stopPlace] = stop;
        return wide;
    }

    /** The place of the column that says to which window a row belongs. */
    static int timePlace(Table table, String label, Position at) {
        int time = table.index(label);
        if (time < 0) {
            throw at.error("no time column: " + label);
        }
        if (table.columns().get(time).type() != ColumnType.TIME) {
            throw at.error("time column is not a time value: "
                    + table.columns().get(time).type().text());
        }
        return time;
    }
}
