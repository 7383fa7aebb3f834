package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.store.Chunk;
import org.jspecify.annotations.Nullable;

/** Picking one row. */
final class Picks {

    private Picks() {}

    /** Holds the row that was picked last. */
    private abstract static class Pick extends Fold {
        private @Nullable Object @Nullable [] picked;

        Pick(int column) {
            super(column);
        }

        final void pick(@Nullable Object[] row) {
            // The row of the last pick is written over, so that a long run of picks makes no garbage.
            Object[] into = picked == null ? new Object[row.length] : picked;
            System.arraycopy(row, 0, into, 0, row.length);
            picked = into;
        }

        @Override
        @Nullable
        Object value() {
            return picked == null ? null : picked[column()];
        }

        @Override
        @Nullable
        Object @Nullable [] picked() {
            return picked;
        }
    }

    /** The first row with the lowest or the highest value. */
    static final class Extreme extends Pick {
        private final ColumnType type;
        private final int sign;
        private @Nullable Object best;

        Extreme(int column, ColumnType type, int sign) {
            super(column);
            this.type = type;
            this.sign = sign;
        }

        @Override
        void row(@Nullable Object[] row) {
            Object value = row[column()];
            if (value != null && (best == null || type.compare(value, best) * sign > 0)) {
                best = value;
                pick(row);
            }
        }

        @Override
        void points(StoredRows rows, StoredRows.Part part, Chunk chunk, int from, int to) {
            if (from < to) {
                row(rows.row(
                        part,
                        chunk,
                        chunk.type() == FieldType.FLOAT ? bestFloat(chunk, from, to) : bestLong(chunk, from, to)));
            }
        }

        private int bestFloat(Chunk chunk, int from, int to) {
            double[] values = chunk.doubles();
            int place = from;
            for (int i = from + 1; i < to; i++) {
                if (Double.compare(values[i], values[place]) * sign > 0) {
                    place = i;
                }
            }
            return place;
        }

        private int bestLong(Chunk chunk, int from, int to) {
            long[] values = chunk.longs();
            // Unsigned numbers are in the order of signed ones that were moved by half of the range.
            long shift = chunk.type() == FieldType.UNSIGNED ? Long.MIN_VALUE : 0;
            int place = from;
            for (int i = from + 1; i < to; i++) {
                if (Long.compare(values[i] + shift, values[place] + shift) * sign > 0) {
                    place = i;
                }
            }
            return place;
        }
    }

    /** The first row with a value. */
    static final class First extends Pick {

        First(int column) {
            super(column);
        }

        @Override
        void row(@Nullable Object[] row) {
            if (!complete() && row[column()] != null) {
                pick(row);
            }
        }

        @Override
        void points(StoredRows rows, StoredRows.Part part, Chunk chunk, int from, int to) {
            if (from < to && !complete()) {
                pick(rows.row(part, chunk, from));
            }
        }

        @Override
        boolean complete() {
            return picked() != null;
        }
    }

    /** The row of the earliest or the latest time; of equal times the earliest or the latest in the order of rows. */
    static final class ByTime extends Pick {
        private final int time;
        private final boolean latest;
        private long best;

        ByTime(int column, int time, boolean latest) {
            super(column);
            this.time = time;
            this.latest = latest;
        }

        @Override
        void row(@Nullable Object[] row) {
            if (row[column()] != null
                    && row[time] instanceof Long moment
                    && (picked() == null || (latest ? moment >= best : moment < best))) {
                best = moment;
                pick(row);
            }
        }
    }

    /** The last row with a value. */
    static final class Last extends Pick {

        Last(int column) {
            super(column);
        }

        @Override
        void row(@Nullable Object[] row) {
            if (row[column()] != null) {
                pick(row);
            }
        }

        @Override
        void points(StoredRows rows, StoredRows.Part part, Chunk chunk, int from, int to) {
            if (from < to) {
                pick(rows.row(part, chunk, to - 1));
            }
        }
    }
}
