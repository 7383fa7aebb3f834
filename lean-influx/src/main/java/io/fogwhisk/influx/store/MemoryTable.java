package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.FieldType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The columns whose values are not in blocks yet. Guarded by {@link Memory}. */
final class MemoryTable {

    private static final int COLUMN_BYTES = 200;
    private static final int VALUE_BYTES = 24;
    private static final int TEXT_BYTES = 48;

    private final long number;
    private final Map<Long, MemoryColumn> byId = new HashMap<>();
    private final List<MemoryColumn> columns = new ArrayList<>();
    private int[] counts = new int[16];
    private int points;
    private long bytes;
    private long lastSeq;

    /**
     * An empty table.
     *
     * @param number that tells it from others of this process; a table that replaces another has the same
     */
    MemoryTable(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }

    int points() {
        return points;
    }

    long bytes() {
        return bytes;
    }

    /** The newest entry of the log whose values it has. */
    long lastSeq() {
        return lastSeq;
    }

    void add(Batch batch, long seq) {
        for (int i = 0; i < batch.size(); i++) {
            MemoryColumn column = column(batch.column(i));
            column.add(batch, i);
            counts[column.place()] = column.count();
            if (batch.column(i).type() == FieldType.STRING) {
                bytes += TEXT_BYTES + 2L * batch.text(i).length();
            }
        }
        points += batch.size();
        bytes += (long) VALUE_BYTES * batch.size();
        lastSeq = seq;
    }

    /** Notes an entry of the log that brought no values. */
    void note(long seq, int entryBytes) {
        lastSeq = seq;
        bytes += entryBytes;
    }

    private MemoryColumn column(StoredColumn column) {
        MemoryColumn recent = column.memory();
        if (recent != null && recent.table() == this) {
            return recent;
        }
        MemoryColumn found = byId.get(column.id());
        if (found == null) {
            found = new MemoryColumn(column, this, columns.size());
            columns.add(found);
            byId.put(column.id(), found);
            bytes += COLUMN_BYTES;
            if (columns.size() > counts.length) {
                counts = Arrays.copyOf(counts, counts.length * 2);
            }
        }
        // One that another table made and this one shares is looked up each time: deletions are rare.
        column.remember(found);
        return found;
    }

    /** How many values each column has, by its place. */
    int[] counts() {
        return Arrays.copyOf(counts, columns.size());
    }

    int size() {
        return columns.size();
    }

    MemoryColumn at(int place) {
        return columns.get(place);
    }

    @Nullable
    MemoryColumn find(long column) {
        return byId.get(column);
    }

    /** How many values a column has within a range. */
    int within(long column, long start, long stop) {
        MemoryColumn found = byId.get(column);
        return found == null || found.count() == 0
                ? 0
                : found.written(found.count()).inOrder().range(start, stop).count();
    }

    /** This table without the values of some columns within a range: a table of its own, if there are any. */
    MemoryTable without(Set<Long> deleted, long start, long stop) {
        if (deleted.stream().allMatch(id -> within(id, start, stop) == 0)) {
            return this;
        }
        MemoryTable left = new MemoryTable(number);
        left.counts = counts.clone();
        left.bytes = bytes;
        left.lastSeq = lastSeq;
        for (MemoryColumn column : columns) {
            long id = column.column().id();
            MemoryColumn kept = column;
            if (deleted.contains(id) && column.count() > 0) {
                kept = new MemoryColumn(column.column(), left, column.place());
                Chunk all = column.written(column.count()).inOrder();
                kept.addAll(Chunk.merge(
                        all.slice(all.from(), all.place(start)),
                        all.slice(Math.max(all.place(start), all.place(stop)), all.to())));
                left.counts[kept.place()] = kept.count();
            }
            left.columns.add(kept);
            left.byId.put(id, kept);
            left.points += kept.count();
        }
        return left;
    }
}
