package io.fogwhisk.influx.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a column that are not in blocks yet, in the order in which they were written. Only grows: who knows how
 * many there were sees them unchanged. Guarded by {@link Memory}.
 */
final class MemoryColumn {

    private final StoredColumn column;
    private final MemoryTable table;
    private final int place;
    private long[] times = new long[2];
    private Object values;
    private int count;
    private int rising;
    private volatile @Nullable Ordered ordered;

    /** What a number of values look like in the order of time. */
    private record Ordered(int count, Chunk chunk) {}

    /** A number of values as they were written; unguarded, since they do not change. */
    record Written(MemoryColumn column, Chunk values, boolean sorted) {

        /** The values in the order of time, the last written of each time. */
        Chunk inOrder() {
            if (sorted) {
                return values;
            }
            Ordered known = column.ordered;
            if (known == null || known.count != values.count()) {
                known = new Ordered(values.count(), sort(values));
                column.ordered = known;
            }
            return known.chunk;
        }
    }

    /**
     * An empty column.
     *
     * @param table where it was made
     * @param place its number there
     */
    MemoryColumn(StoredColumn column, MemoryTable table, int place) {
        this.column = column;
        this.table = table;
        this.place = place;
        this.values = Chunk.array(column.type(), times.length);
    }

    StoredColumn column() {
        return column;
    }

    MemoryTable table() {
        return table;
    }

    int place() {
        return place;
    }

    void add(Batch batch, int from) {
        if (count == times.length) {
            grow(Math.max(4, count + (count >> 1)));
        }
        long time = batch.time(from);
        times[count] = time;
        switch (column.type()) {
            case FLOAT -> ((double[]) values)[count] = Double.longBitsToDouble(batch.bits(from));
            case INTEGER, UNSIGNED -> ((long[]) values)[count] = batch.bits(from);
            case BOOLEAN -> ((Object[]) values)[count] = batch.bits(from) != 0;
            case STRING -> ((Object[]) values)[count] = batch.text(from);
        }
        if (rising == count && (count == 0 || times[count - 1] < time)) {
            rising++;
        }
        count++;
    }

    /** Takes points over that are in order, into an empty column. */
    void addAll(Chunk points) {
        grow(points.count());
        System.arraycopy(points.times(), points.from(), times, 0, points.count());
        System.arraycopy(points.values(), points.from(), values, 0, points.count());
        count = points.count();
        rising = count;
    }

    int count() {
        return count;
    }

    Written written(int first) {
        return new Written(this, new Chunk(column.type(), times, values, 0, first), first <= rising);
    }

    private void grow(int length) {
        times = Arrays.copyOf(times, length);
        Object larger = Chunk.array(column.type(), length);
        System.arraycopy(values, 0, larger, 0, count);
        values = larger;
    }

    /** Merges what rises by itself, pair by pair, so that of equal times the later written stays. */
    private static Chunk sort(Chunk written) {
        List<Chunk> runs = new ArrayList<>();
        long[] times = written.times();
        int begin = written.from();
        for (int i = begin + 1; i <= written.to(); i++) {
            if (i == written.to() || times[i] <= times[i - 1]) {
                runs.add(written.slice(begin, i));
                begin = i;
            }
        }
        while (runs.size() > 1) {
            List<Chunk> merged = new ArrayList<>((runs.size() + 1) / 2);
            for (int i = 0; i < runs.size(); i += 2) {
                merged.add(i + 1 < runs.size() ? Chunk.merge(runs.get(i), runs.get(i + 1)) : runs.get(i));
            }
            runs = merged;
        }
        return runs.get(0);
    }
}
