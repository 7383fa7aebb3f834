package io.fogwhisk.influx.flux;

import io.fogwhisk.influx.flux.table.Accumulator;
import io.fogwhisk.influx.flux.table.Aggregate;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.ColumnType;
import io.fogwhisk.influx.flux.table.MemoryBudget;
import io.fogwhisk.influx.flux.table.Rows;
import io.fogwhisk.influx.flux.table.Table;
import io.fogwhisk.influx.flux.time.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Computes {@code aggregateWindow}: what window, the aggregate, a copy of the window's end as {@code _time} and the
 * return to one window do one after the other, in one pass. A window's ends are those of the query where it reaches
 * over them.
 */
final class WindowAggregation {

    private static final int ACCUMULATOR_BYTES = 200;

    private final Plan.Window plan;
    private final Windows windows;
    private final MemoryBudget budget;

    WindowAggregation(Plan.Window plan, MemoryBudget budget) {
        this.plan = plan;
        this.windows = new Windows(plan.every());
        this.budget = budget;
    }

    Table of(Table table) {
        Aggregate aggregate = plan.aggregate();
        int value = table.require(plan.column(), plan.at());
        int time = table.index(Table.TIME);
        if (time < 0 || table.columns().get(time).type() != ColumnType.TIME) {
            throw plan.at().error("no time column: _time");
        }
        if (table.columns().get(time).grouped()) {
            throw plan.at().error("cannot window by _time when it is part of the group key");
        }
        if (table.columns().get(value).grouped()) {
            throw plan.at().error("cannot aggregate columns that are part of the group key");
        }
        ColumnType type = table.columns().get(value).type();
        ColumnType resultType = aggregate.type(type, plan.at());
        SortedMap<Long, Accumulator> accumulators = new TreeMap<>();
        table.rows().scan(row -> {
            if (row[time] instanceof Long moment) {
                long start = windows.start(moment);
                Accumulator accumulator = accumulators.get(start);
                if (accumulator == null) {
                    budget.take(ACCUMULATOR_BYTES);
                    accumulator = Accumulator.of(aggregate, value, type, budget);
                    accumulators.put(start, accumulator);
                }
                accumulator.add(row);
            }
            return true;
        });
        return aggregate.selector() ? selected(table, accumulators) : aggregated(table, resultType, accumulators);
    }

    private Table aggregated(Table table, ColumnType type, SortedMap<Long, Accumulator> accumulators) {
        List<Column> columns = new ArrayList<>();
        for (Column column : table.columns()) {
            if (edge(column)) {
                columns.add(new Column(column.label(), ColumnType.TIME, true));
            } else if (column.grouped()) {
                columns.add(column);
            }
        }
        addEdges(columns);
        Column time = new Column(Table.TIME, ColumnType.TIME, false);
        Column value = new Column(plan.column(), type, false);
        if (table.stored() && plan.aggregate() != Aggregate.MEDIAN) {
            columns.addAll(2, List.of(time, value));
        } else {
            columns.add(value);
            columns.add(time);
        }
        @Nullable Object[] key = key(columns, table);
        int timePlace = columns.indexOf(time);
        int valuePlace = columns.indexOf(value);
        List<@Nullable Object[]> rows = new ArrayList<>();
        Table.Bounds bounds = table.bounds();
        if (plan.createEmpty()) {
            for (long start = windows.start(bounds.start()); start < bounds.stop(); start = windows.next(start)) {
                Accumulator accumulator = accumulators.get(start);
                if (accumulator != null) {
                    rows.add(row(key, timePlace, time(start, bounds), valuePlace, accumulator.value()));
                } else {
                    Object none = plan.aggregate() == Aggregate.COUNT ? 0L : null;
                    rows.add(row(key, timePlace, time(start, bounds), valuePlace, none));
                }
            }
        } else {
            accumulators.forEach((start, accumulator) ->
                    rows.add(row(key, timePlace, time(start, bounds), valuePlace, accumulator.value())));
        }
        return new Table(columns, key, bounds, false, Rows.of(rows));
    }

    private @Nullable Object[] row(
            @Nullable Object[] key, int timePlace, long time, int valuePlace, @Nullable Object value) {
        @Nullable Object[] row = budget.hold(key);
        row[timePlace] = time;
        row[valuePlace] = value;
        return row;
    }

    private Table selected(Table table, SortedMap<Long, Accumulator> accumulators) {
        List<Column> columns = new ArrayList<>();
        for (Column column : table.columns()) {
            columns.add(edge(column) ? new Column(column.label(), ColumnType.TIME, true) : column);
        }
        addEdges(columns);
        @Nullable Object[] key = key(columns, table);
        int time = table.index(Table.TIME);
        List<@Nullable Object[]> rows = new ArrayList<>();
        accumulators.forEach((start, accumulator) -> {
            Object[] picked = accumulator.row();
            if (picked != null) {
                @Nullable Object[] row = budget.hold(key);
                System.arraycopy(picked, 0, row, 0, picked.length);
                for (int i = 0; i < row.length; i++) {
                    if (edge(columns.get(i))) {
                        row[i] = key[i];
                    }
                }
                if (!plan.timeSource().equals(Table.TIME)) {
                    row[time] = time(start, table.bounds());
                }
                rows.add(row);
            }
        });
        return new Table(columns, key, table.bounds(), false, Rows.of(rows));
    }

    private long time(long start, Table.Bounds bounds) {
        return plan.timeSource().equals(Table.START)
                ? Math.max(start, bounds.start())
                : Math.min(windows.next(start), bounds.stop());
    }

    private static boolean edge(Column column) {
        return column.label().equals(Table.START) || column.label().equals(Table.STOP);
    }

    private static void addEdges(List<Column> columns) {
        for (String label : List.of(Table.START, Table.STOP)) {
            if (columns.stream().noneMatch(column -> column.label().equals(label))) {
                columns.add(new Column(label, ColumnType.TIME, true));
            }
        }
    }

    private static @Nullable Object[] key(List<Column> columns, Table table) {
        @Nullable Object[] key = new Object[columns.size()];
        for (int i = 0; i < key.length; i++) {
            String label = columns.get(i).label();
            int place = table.index(label);
            if (label.equals(Table.START)) {
                key[i] = table.bounds().start();
            } else if (label.equals(Table.STOP)) {
                key[i] = table.bounds().stop();
            } else if (columns.get(i).grouped() && place >= 0) {
                key[i] = table.key()[place];
            }
        }
        return key;
    }
}
