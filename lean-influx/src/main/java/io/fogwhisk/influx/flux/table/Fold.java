package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.store.Chunk;
import org.jspecify.annotations.Nullable;

/** Computes one aggregate, or picks one row, of rows that come by once. Not thread-safe. */
abstract class Fold {

    private final int column;

    Fold(int column) {
        this.column = column;
    }

    /** The place of the column in rows. */
    final int column() {
        return column;
    }

    /** A row comes by; it is only valid during the call. */
    abstract void row(@Nullable Object[] row);

    /** Points come by whose values are those of the column: places {@code from} up to, without, {@code to}. */
    void points(StoredRows rows, StoredRows.Part part, Chunk chunk, int from, int to) {
        for (int i = from; i < to; i++) {
            row(rows.row(part, chunk, i));
        }
    }

    /** Whether no further row makes a difference. */
    boolean complete() {
        return false;
    }

    /** The aggregate; null if there is none. */
    abstract @Nullable Object value();

    /** The row that was picked; null if none was, or if this picks no rows. */
    @Nullable
    Object @Nullable [] picked() {
        return null;
    }

    /** Shows all rows of a table to a fold. */
    static void over(Table table, Fold fold) {
        if (table.rows() instanceof StoredRows stored && stored.valuePlace() == fold.column()) {
            stored.chunks((part, chunk) -> {
                fold.points(stored, part, chunk, chunk.from(), chunk.to());
                return !fold.complete();
            });
        } else {
            table.rows().scan(row -> {
                fold.row(row);
                return !fold.complete();
            });
        }
    }
}
