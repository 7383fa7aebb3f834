package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.store.Chunk;
import io.fogwhisk.influx.store.PointReader;
import io.fogwhisk.influx.store.StoredSeries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are the points of stored series, one series after the other. Aggregates read them by arrays, without an
 * object for each point. May turn out to be empty.
 */
final class StoredRows implements Rows {

    private final PointReader reader;
    private final MemoryBudget budget;
    private final Table.Bounds bounds;
    private final List<Part> parts;
    private final int timePlace;
    private final int valuePlace;

    /**
     * Rows of series.
     *
     * @param budget whose time reading takes
     * @param bounds the range that is read
     * @param timePlace where a row has the time, or -1
     * @param valuePlace where a row has the value, or -1
     */
    StoredRows(
            PointReader reader,
            MemoryBudget budget,
            Table.Bounds bounds,
            List<Part> parts,
            int timePlace,
            int valuePlace) {
        this.reader = reader;
        this.budget = budget;
        this.bounds = bounds;
        this.parts = List.copyOf(parts);
        this.timePlace = timePlace;
        this.valuePlace = valuePlace;
    }

    /** One of the series, and what its rows have in common. */
    static final class Part {
        private final StoredSeries series;
        private final @Nullable Object[] row;

        /** A series and its rows without time and value. */
        Part(StoredSeries series, @Nullable Object[] row) {
            this.series = series;
            this.row = row;
        }

        StoredSeries series() {
            return series;
        }

        /** What the rows have in common, at its place; not to be changed. */
        @Nullable
        Object[] row() {
            return row;
        }
    }

    /** Takes points by chunks. */
    @FunctionalInterface
    interface ChunkTaker {
        /** Some points of a part; tells whether to go on. */
        boolean chunk(Part part, Chunk chunk);
    }

    List<Part> parts() {
        return parts;
    }

    int timePlace() {
        return timePlace;
    }

    int valuePlace() {
        return valuePlace;
    }

    @Override
    public void scan(Visitor visitor) {
        boolean[] more = {true};
        for (Part part : parts) {
            // One array for all rows of the series: all but time and value stays the same.
            @Nullable Object[] row = part.row().clone();
            reader.chunks(part.series(), bounds.start(), bounds.stop(), chunk -> {
                budget.check();
                for (int i = chunk.from(); i < chunk.to() && more[0]; i++) {
                    fill(row, chunk, i);
                    more[0] = visitor.row(row);
                }
                return more[0];
            });
            if (!more[0]) {
                return;
            }
        }
    }

    /** Shows all points, oldest first within each series. */
    void chunks(ChunkTaker taker) {
        boolean[] more = {true};
        for (Part part : parts) {
            budget.check();
            reader.chunks(part.series(), bounds.start(), bounds.stop(), chunk -> more[0] = taker.chunk(part, chunk));
            if (!more[0]) {
                return;
            }
        }
    }

    /** The last row, without reading those before it. */
    @Nullable
    Object @Nullable [] last() {
        @Nullable Object @Nullable [][] found = new Object[1][];
        for (int i = parts.size() - 1; i >= 0 && found[0] == null; i--) {
            Part part = parts.get(i);
            reader.chunksBackwards(part.series(), bounds.start(), bounds.stop(), chunk -> {
                found[0] = row(part, chunk, chunk.to() - 1);
                return false;
            });
        }
        return found[0];
    }

    /** The latest row of all series; of those of the same time that of the later series. */
    @Nullable
    Object @Nullable [] latest() {
        @Nullable Object @Nullable [][] found = new Object[1][];
        long[] best = {Long.MIN_VALUE};
        for (Part part : parts) {
            budget.check();
            reader.chunksBackwards(part.series(), bounds.start(), bounds.stop(), chunk -> {
                long time = chunk.times()[chunk.to() - 1];
                if (found[0] == null || time >= best[0]) {
                    best[0] = time;
                    found[0] = row(part, chunk, chunk.to() - 1);
                }
                return false;
            });
        }
        return found[0];
    }

    /** The earliest row of all series; of those of the same time that of the earlier series. */
    @Nullable
    Object @Nullable [] earliest() {
        @Nullable Object @Nullable [][] found = new Object[1][];
        long[] best = {Long.MAX_VALUE};
        for (Part part : parts) {
            budget.check();
            reader.chunks(part.series(), bounds.start(), bounds.stop(), chunk -> {
                long time = chunk.times()[chunk.from()];
                if (found[0] == null || time < best[0]) {
                    best[0] = time;
                    found[0] = row(part, chunk, chunk.from());
                }
                return false;
            });
        }
        return found[0];
    }

    /** The parts that have a point. */
    List<Part> present() {
        List<Part> present = new ArrayList<>();
        for (Part part : parts) {
            reader.chunks(part.series(), bounds.start(), bounds.stop(), chunk -> {
                present.add(part);
                return false;
            });
        }
        return present;
    }

    /** A new row for a point. */
    @Nullable
    Object[] row(Part part, Chunk chunk, int place) {
        @Nullable Object[] row = part.row().clone();
        fill(row, chunk, place);
        return row;
    }

    /**
     * The same points with other columns.
     *
     * @param places for each column its place in these rows, or -1 if it is null in all
     */
    StoredRows project(int[] places) {
        List<Part> projected = new ArrayList<>(parts.size());
        int time = -1;
        int value = -1;
        for (int i = 0; i < places.length; i++) {
            // A column of time or value that was duplicated is not the business of this class.
            time = places[i] >= 0 && places[i] == timePlace ? i : time;
            value = places[i] >= 0 && places[i] == valuePlace ? i : value;
        }
        for (Part part : parts) {
            projected.add(new Part(part.series(), Regroup.project(part.row(), places)));
        }
        return new StoredRows(reader, budget, bounds, projected, time, value);
    }

    /** The points of several of these, if their columns are at the same places; otherwise null. */
    static @Nullable StoredRows together(List<StoredRows> members) {
        StoredRows first = members.get(0);
        List<Part> all = new ArrayList<>();
        for (StoredRows member : members) {
            if (member.timePlace != first.timePlace
                    || member.valuePlace != first.valuePlace
                    || !member.bounds.equals(first.bounds)) {
                return null;
            }
            all.addAll(member.parts);
        }
        return new StoredRows(first.reader, first.budget, first.bounds, all, first.timePlace, first.valuePlace);
    }

    private void fill(@Nullable Object[] row, Chunk chunk, int place) {
        if (timePlace >= 0) {
            row[timePlace] = chunk.times()[place];
        }
        if (valuePlace >= 0) {
            row[valuePlace] = chunk.value(place);
        }
    }
}
