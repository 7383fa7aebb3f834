package io.fogwhisk.influx.store;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values that the log holds, by column: those that come (active), and those that are being packed into blocks
 * (frozen). Changed by the committer's thread only, after a commit; captured by any.
 */
final class Memory {

    private final StoreLimits limits;
    private MemoryTable active = new MemoryTable(1);
    private @Nullable MemoryTable frozen;
    private long version;
    private long lastSeq;
    private int deletions;

    Memory(StoreLimits limits) {
        this.limits = limits;
    }

    /** Adds the values of an entry of the log. */
    synchronized void add(Batch batch, long seq) {
        active.add(batch, seq);
        lastSeq = seq;
    }

    /** Takes out what an entry of the log deletes. */
    synchronized void remove(Set<Long> columns, long start, long stop, long seq, int entryBytes) {
        active = active.without(columns, start, stop);
        frozen = frozen == null ? null : frozen.without(columns, start, stop);
        active.note(seq, entryBytes);
        lastSeq = seq;
    }

    /** Whether the active values are so many that they have to go into blocks. */
    synchronized boolean full() {
        return active.points() >= limits.memoryPoints() || active.bytes() >= limits.memoryBytes();
    }

    /** Begins to pack the active values, unless others are being packed; whether there is something to pack. */
    synchronized boolean freeze() {
        if (frozen == null && active.lastSeq() > 0) {
            frozen = active;
            active = new MemoryTable(frozen.number() + 1);
            version++;
        }
        return frozen != null;
    }

    /** What is being packed, if anything. */
    synchronized @Nullable MemoryTable frozen() {
        return frozen;
    }

    /** Ends the packing of a table. */
    synchronized void packed(long number) {
        if (frozen != null && frozen.number() == number) {
            frozen = null;
        }
    }

    /** The newest entry of the log whose values are here, or were. */
    synchronized long lastSeq() {
        return lastSeq;
    }

    /** How many values a column has within a range. */
    synchronized int within(long column, long start, long stop) {
        return active.within(column, start, stop) + (frozen == null ? 0 : frozen.within(column, start, stop));
    }

    /** From here to {@link #deletionEnded} nobody captures: the file may be ahead of the memory. */
    synchronized void deletionBegan() {
        deletions++;
        version++;
    }

    synchronized void deletionEnded() {
        deletions--;
        notifyAll();
    }

    /**
     * What is here now; waits while a deletion is being committed.
     *
     * @param deadline until when at most, as {@link System#nanoTime} tells it
     */
    synchronized View capture(long deadline) {
        try {
            for (long left = millisUntil(deadline); deletions > 0 && left > 0; left = millisUntil(deadline)) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new View(this);
    }

    private static long millisUntil(long deadline) {
        return (deadline - System.nanoTime()) / 1_000_000;
    }

    /** Whether blocks that were looked at since the capture fit to it. */
    synchronized boolean fits(View view) {
        return deletions == 0 && version == view.version;
    }

    private synchronized MemoryColumn.@Nullable Written written(MemoryTable table, int[] counts, long id) {
        MemoryColumn column = table.find(id);
        return column == null || column.place() >= counts.length || counts[column.place()] == 0
                ? null
                : column.written(counts[column.place()]);
    }

    /** The values at the time of the capture. Thread-safe. */
    static final class View {
        private final Memory memory;
        private final long version;
        private final MemoryTable active;
        private final int[] activeCounts;
        private final @Nullable MemoryTable frozen;
        private final int[] frozenCounts;

        private View(Memory memory) {
            this.memory = memory;
            version = memory.version;
            active = memory.active;
            activeCounts = active.counts();
            frozen = memory.frozen;
            frozenCounts = frozen == null ? new int[0] : frozen.counts();
        }

        /** The values of a column in the order of time; null if there are none. */
        @Nullable
        Chunk column(long id) {
            MemoryColumn.Written newer = memory.written(active, activeCounts, id);
            MemoryColumn.Written older = frozen == null ? null : memory.written(frozen, frozenCounts, id);
            if (newer == null || older == null) {
                MemoryColumn.Written one = newer == null ? older : newer;
                return one == null ? null : one.inOrder();
            }
            return Chunk.merge(older.inOrder(), newer.inOrder());
        }
    }
}
