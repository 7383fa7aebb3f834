package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.store.Chunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Quantiles, for which all values are held. */
final class Quantiles {

    private Quantiles() {}

    /** A quantile that may lie between values. */
    static final class Computed extends Fold {
        private final double q;
        private final boolean betweenMiddles;
        private final MemoryBudget budget;
        private double[] values = new double[16];
        private int count;

        Computed(int column, double q, boolean betweenMiddles, MemoryBudget budget) {
            super(column);
            this.q = q;
            this.betweenMiddles = betweenMiddles;
            this.budget = budget;
        }

        @Override
        void row(@Nullable Object[] row) {
            if (row[column()] instanceof Double value) {
                room(1);
                values[count] = value;
                count++;
            }
        }

        @Override
        void points(StoredRows rows, StoredRows.Part part, Chunk chunk, int from, int to) {
            room(to - from);
            System.arraycopy(chunk.doubles(), from, values, count, to - from);
            count += to - from;
        }

        private void room(int more) {
            if (values.length - count < more) {
                int size = Math.max(count + more, count * 2);
                budget.take((long) (size - values.length) * Double.BYTES);
                values = Arrays.copyOf(values, size);
            }
        }

        @Override
        @Nullable
        Object value() {
            if (count == 0) {
                return null;
            }
            Arrays.sort(values, 0, count);
            // The middle of the i-th of n values is quantile (i + 1/2) / n for a digest, i / (n - 1) otherwise.
            double place = betweenMiddles ? q * count - 0.5 : q * (count - 1);
            double within = Math.max(0, Math.min(place, count - 1));
            int lower = (int) Math.floor(within);
            double part = within - lower;
            return part == 0 ? values[lower] : values[lower] * (1 - part) + values[lower + 1] * part;
        }
    }

    /** The row of a quantile. */
    static final class Picked extends Fold {
        private final ColumnType type;
        private final double q;
        private final MemoryBudget budget;
        private final List<@Nullable Object[]> rows = new ArrayList<>();

        Picked(int column, ColumnType type, double q, MemoryBudget budget) {
            super(column);
            this.type = type;
            this.q = q;
            this.budget = budget;
        }

        @Override
        void row(@Nullable Object[] row) {
            if (row[column()] != null) {
                rows.add(budget.hold(row));
            }
        }

        @Override
        @Nullable
        Object value() {
            Object[] row = picked();
            return row == null ? null : row[column()];
        }

        @Override
        @Nullable
        Object @Nullable [] picked() {
            if (rows.isEmpty()) {
                return null;
            }
            rows.sort((left, right) -> type.compareNullable(left[column()], right[column()]));
            int place = (int) Math.ceil(q * rows.size()) - 1;
            return rows.get(Math.max(0, place));
        }
    }

    /** The numbers of a chunk as floating point. */
    static double number(Chunk chunk, ColumnType type, int place) {
        return chunk.type() == FieldType.FLOAT ? chunk.doubles()[place] : type.asDouble(chunk.longs()[place]);
    }
}
