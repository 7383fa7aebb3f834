package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.store.Chunk;
import org.jspecify.annotations.Nullable;

/** Counting and adding. InfluxDB adds up each stored series first, and then their sums. */
final class Sums {

    private Sums() {}

    /** The number of rows. */
    static final class CountFold extends Fold {
        private long count;

        CountFold(int column) {
            super(column);
        }

        @Override
        void row(@Nullable Object[] row) {
            count++;
        }

        @Override
        void points(StoredRows rows, StoredRows.Part part, Chunk chunk, int from, int to) {
            count += to - from;
        }

        @Override
        Object value() {
            return count;
        }
    }

    /** The sum of floating point numbers. */
    static final class FloatSum extends Fold {
        private final SeriesSum sum = new SeriesSum();
        private boolean any;

        FloatSum(int column) {
            super(column);
        }

        @Override
        void row(@Nullable Object[] row) {
            if (row[column()] instanceof Double value) {
                sum.add(value);
                any = true;
            }
        }

        @Override
        void points(StoredRows rows, StoredRows.Part part, Chunk chunk, int from, int to) {
            double[] values = chunk.doubles();
            double more = sum.of(part);
            for (int i = from; i < to; i++) {
                more += values[i];
            }
            sum.becomes(more);
            any |= to > from;
        }

        @Override
        @Nullable
        Object value() {
            return any ? sum.total() : null;
        }
    }

    /** The sum of integers; it wraps around like theirs. */
    static final class IntegerSum extends Fold {
        private long sum;
        private boolean any;

        IntegerSum(int column) {
            super(column);
        }

        @Override
        void row(@Nullable Object[] row) {
            if (row[column()] instanceof Long value) {
                sum += value;
                any = true;
            }
        }

        @Override
        void points(StoredRows rows, StoredRows.Part part, Chunk chunk, int from, int to) {
            long[] values = chunk.longs();
            for (int i = from; i < to; i++) {
                sum += values[i];
            }
            any |= to > from;
        }

        @Override
        @Nullable
        Object value() {
            return any ? sum : null;
        }
    }

    /** The mean of numbers. */
    static final class Mean extends Fold {
        private final ColumnType type;
        private final SeriesSum sum = new SeriesSum();
        private long count;

        Mean(int column, ColumnType type) {
            super(column);
            this.type = type;
        }

        @Override
        void row(@Nullable Object[] row) {
            Object value = row[column()];
            if (value != null) {
                sum.add(type.asDouble(value));
                count++;
            }
        }

        @Override
        void points(StoredRows rows, StoredRows.Part part, Chunk chunk, int from, int to) {
            double more = sum.of(part);
            if (chunk.type() == FieldType.FLOAT) {
                double[] values = chunk.doubles();
                for (int i = from; i < to; i++) {
                    more += values[i];
                }
            } else {
                long[] values = chunk.longs();
                for (int i = from; i < to; i++) {
                    more += type.asDouble(values[i]);
                }
            }
            sum.becomes(more);
            count += to - from;
        }

        @Override
        @Nullable
        Object value() {
            return count == 0 ? null : sum.total() / count;
        }
    }

    /** A sum of sums, one for each stored series. */
    private static final class SeriesSum {
        private StoredRows.@Nullable Part series;
        private double before;
        private double sum;

        void add(double value) {
            sum += value;
        }

        /** The sum so far of the series whose points come now. */
        double of(StoredRows.Part part) {
            if (part != series) {
                before += sum;
                sum = 0;
                series = part;
            }
            return sum;
        }

        void becomes(double more) {
            sum = more;
        }

        double total() {
            return before + sum;
        }
    }
}
