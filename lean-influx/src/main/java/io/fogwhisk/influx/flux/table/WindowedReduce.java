package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import io.fogwhisk.influx.store.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One pass over a table that computes an aggregate, or picks a row, for each window. */
final class WindowedReduce {

    private static final int FOLD_BYTES = 200;
    private static final int STORED_PLACE = 2;

    private final AggregateWindow plan;
    private final Reduce reduce;
    private final Table table;
    private final MemoryBudget budget;
    private final Frames frames;
    private final SortedMap<Long, Fold> folds = new TreeMap<>();
    private final long firstWhole;
    /** Whether the table is there: one that was read is, even if it is empty. */
    private boolean there;

    WindowedReduce(AggregateWindow plan, Reduce reduce, Table table, MemoryBudget budget) {
        this.plan = plan;
        this.reduce = reduce;
        this.table = table;
        this.budget = budget;
        this.frames = Frames.of(plan.every(), plan.period(), plan.offset(), plan.location(), table, budget, plan.at());
        this.firstWhole = firstWhole();
        this.there = !table.unread();
    }

    /**
     * Whether this computes what the single steps would: the usual columns, a time that it knows, and windows of which
     * the later one ends later.
     */
    static boolean fits(AggregateWindow plan, Reduce reduce, Table table) {
        boolean ends = plan.timeSrc().equals(Table.START) || plan.timeSrc().equals(Table.STOP);
        int source = table.index(plan.timeSrc());
        boolean picked = reduce.aggregation().selector()
                && source >= 0
                && table.columns().get(source).type() == ColumnType.TIME;
        boolean regular = plan.every().equals(FluxDuration.INFINITE)
                || plan.period().months() == 0
                || plan.every().months() != 0;
        int destination = table.index(plan.timeDst());
        boolean free = destination < 0 || !table.columns().get(destination).grouped();
        return (ends || picked)
                && regular
                && free
                && !plan.timeDst().equals(reduce.column())
                && !plan.timeDst().equals(Table.START)
                && !plan.timeDst().equals(Table.STOP);
    }

    List<Table> tables() {
        int value = reduce.place(table);
        if (value < 0) {
            return List.of();
        }
        Position at = plan.at();
        int time = Window.timePlace(table, Table.TIME, at);
        if (table.columns().get(time).grouped()) {
            throw at.error("cannot window by _time when it is part of the group key");
        }
        if (table.rows() instanceof StoredRows stored && stored.valuePlace() == value && stored.timePlace() == time) {
            stored.chunks((part, chunk) -> {
                there = true;
                points(stored, part, chunk, value);
                return true;
            });
        } else {
            table.rows().scan(row -> {
                there = true;
                if (row[time] instanceof Long moment) {
                    frames.holding(moment, index -> fold(index, value).row(row));
                }
                return true;
            });
        }
        if (folds.isEmpty() && (!there || reduce.aggregation().selector() || !plan.createEmpty())) {
            return List.of();
        }
        return List.of(reduce.aggregation().selector() ? selected() : aggregated(value));
    }

    private void points(StoredRows rows, StoredRows.Part part, Chunk chunk, int value) {
        long[] times = chunk.times();
        int place = chunk.from();
        long index = frames.first(times[place]);
        while (place < chunk.to() && frames.from(index) <= times[chunk.to() - 1]) {
            budget.check();
            int from = firstAt(times, place, chunk.to(), frames.from(index));
            int to = firstAt(times, from, chunk.to(), frames.to(index));
            if (from < to) {
                if (frames.inRange(index)) {
                    fold(index, value).points(rows, part, chunk, from, to);
                }
                index++;
                // Points before the next window's start are in no later window either.
                place = from;
            } else if (to < chunk.to()) {
                index = Math.max(index + 1, frames.first(times[to]));
                place = from;
            } else {
                return;
            }
        }
    }

    /** The first place whose time is not before a moment. */
    private static int firstAt(long[] times, int from, int to, long moment) {
        if (from < to && times[from] >= moment) {
            return from;
        }
        if (from < to && times[to - 1] < moment) {
            return to;
        }
        int place = Arrays.binarySearch(times, from, to, moment);
        return place >= 0 ? place : -place - 1;
    }

    /** Windows that reach over both ends of the range are one, as in InfluxDB, because their ends are equal. */
    private long canonical(long index) {
        return index > firstWhole && whole(index) ? firstWhole : index;
    }

    private boolean whole(long index) {
        return frames.start(index) == table.bounds().start()
                && frames.stop(index) == table.bounds().stop();
    }

    private long firstWhole() {
        for (long i = frames.first(table.bounds().start());
                frames.from(i) <= table.bounds().start();
                i++) {
            budget.check();
            if (whole(i)) {
                return i;
            }
        }
        return Long.MAX_VALUE;
    }

    private Fold fold(long window, int value) {
        long index = canonical(window);
        Fold fold = folds.get(index);
        if (fold == null) {
            budget.take(FOLD_BYTES);
            fold = reduce.aggregation().fold(table, value, budget, reduce.at());
            folds.put(index, fold);
        }
        return fold;
    }

    private Table aggregated(int valuePlaceBefore) {
        List<Column> columns = new ArrayList<>(table.columns());
        Range.edge(columns, Table.START);
        Range.edge(columns, Table.STOP);
        columns.removeIf(column -> !column.grouped());
        Column time = new Column(plan.timeDst(), ColumnType.TIME, false);
        ColumnType in = table.columns().get(valuePlaceBefore).type();
        Column value = new Column(reduce.column(), reduce.aggregation().type(in), false);
        if (inStorage()) {
            columns.addAll(STORED_PLACE, List.of(time, value));
        } else if (fused()) {
            columns.add(0, time);
            columns.add(value);
        } else {
            columns.add(value);
            columns.add(time);
        }
        @Nullable Object[] key = key(columns);
        int timePlace = columns.indexOf(time);
        int valuePlace = columns.indexOf(value);
        List<@Nullable Object[]> rows = new ArrayList<>();
        if (plan.createEmpty()) {
            Object none = reduce.aggregation() instanceof Aggregation.Count ? 0L : null;
            frames.all(window -> {
                long index = canonical(window);
                if (index == window) {
                    Fold fold = folds.get(index);
                    rows.add(row(key, timePlace, index, valuePlace, fold == null ? none : fold.value()));
                }
            });
        } else {
            folds.forEach((index, fold) -> rows.add(row(key, timePlace, index, valuePlace, fold.value())));
        }
        return table.with(columns, key, Rows.of(rows));
    }

    /** Whether InfluxDB would compute this inside its storage, which shows in the order of the columns. */
    private boolean inStorage() {
        return table.stored()
                && reduce.aggregation().inStorage()
                && plan.period().equals(plan.every())
                && plan.location().utc()
                && plan.timeDst().equals(Table.TIME);
    }

    /** Whether InfluxDB would compute this in one step outside its storage, which puts the time first. */
    private boolean fused() {
        return !table.stored()
                && !(table.rows() instanceof StoredRows)
                && reduce.aggregation().inStorage();
    }

    private @Nullable Object[] row(
            @Nullable Object[] key, int timePlace, long index, int valuePlace, @Nullable Object value) {
        @Nullable Object[] row = budget.hold(key);
        row[timePlace] = time(index);
        row[valuePlace] = value;
        return row;
    }

    private Table selected() {
        List<Column> columns = new ArrayList<>(table.columns());
        int start = Range.edge(columns, Table.START);
        int stop = Range.edge(columns, Table.STOP);
        @Nullable Object[] key;
        int destination = table.index(plan.timeDst());
        if (destination < 0) {
            destination = columns.size();
            columns.add(new Column(plan.timeDst(), ColumnType.TIME, false));
        } else {
            columns.set(destination, new Column(plan.timeDst(), ColumnType.TIME, false));
        }
        key = key(columns);
        int source = table.index(plan.timeSrc());
        boolean ends = plan.timeSrc().equals(Table.START) || plan.timeSrc().equals(Table.STOP);
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Map.Entry<Long, Fold> entry : folds.entrySet()) {
            Object[] picked = entry.getValue().picked();
            if (picked != null) {
                @Nullable Object[] row = budget.hold(key);
                System.arraycopy(picked, 0, row, 0, picked.length);
                row[start] = key[start];
                row[stop] = key[stop];
                row[destination] = ends ? (Object) time(entry.getKey()) : picked[source];
                rows.add(row);
            }
        }
        return table.with(columns, key, Rows.of(rows));
    }

    private long time(long index) {
        return plan.timeSrc().equals(Table.START) ? frames.start(index) : frames.stop(index);
    }

    private @Nullable Object[] key(List<Column> columns) {
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
