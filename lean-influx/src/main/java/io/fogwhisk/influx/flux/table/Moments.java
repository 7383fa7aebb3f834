package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.store.Chunk;
import org.jspecify.annotations.Nullable;

/** How values spread, and what they add up to over time. */
final class Moments {

    private Moments() {}

    /** Takes numbers as floating point, one after the other. */
    private abstract static class NumberFold extends Fold {
        private final ColumnType type;

        NumberFold(int column, ColumnType type) {
            super(column);
            this.type = type;
        }

        abstract void number(double value);

        @Override
        final void row(@Nullable Object[] row) {
            Object value = row[column()];
            if (value != null) {
                number(type.asDouble(value));
            }
        }

        @Override
        final void points(StoredRows rows, StoredRows.Part part, Chunk chunk, int from, int to) {
            for (int i = from; i < to; i++) {
                number(Quantiles.number(chunk, type, i));
            }
        }
    }

    /** The highest value less the lowest, in the type of the column. */
    static final class Spread extends Fold {
        private final ColumnType type;
        private @Nullable Object lowest;
        private @Nullable Object highest;

        Spread(int column, ColumnType type) {
            super(column);
            this.type = type;
        }

        @Override
        void row(@Nullable Object[] row) {
            Object value = row[column()];
            if (value != null) {
                lowest = lowest == null || type.compare(value, lowest) < 0 ? value : lowest;
                highest = highest == null || type.compare(value, highest) > 0 ? value : highest;
            }
        }

        @Override
        @Nullable
        Object value() {
            if (lowest == null || highest == null) {
                return null;
            }
            return type == ColumnType.FLOAT
                    ? (Object) ((Double) highest - (Double) lowest)
                    : (Object) ((Long) highest - (Long) lowest);
        }
    }

    /** The standard deviation, by Welford's method: each value moves the mean and the sum of squared distances. */
    static final class Deviation extends NumberFold {
        private final boolean sample;
        private long count;
        private double mean;
        private double squares;

        Deviation(int column, ColumnType type, boolean sample) {
            super(column, type);
            this.sample = sample;
        }

        @Override
        void number(double value) {
            count++;
            double distance = value - mean;
            mean += distance / count;
            squares += distance * (value - mean);
        }

        @Override
        @Nullable
        Object value() {
            return count == 0 ? null : Math.sqrt(squares / (sample ? count - 1 : count));
        }
    }

    /** The skew of all values: the third central moment over the second to the power of 3/2, in one pass. */
    static final class Skew extends NumberFold {
        private long count;
        private double mean;
        private double second;
        private double third;

        Skew(int column, ColumnType type) {
            super(column, type);
        }

        @Override
        void number(double value) {
            double before = count;
            count++;
            double distance = value - mean;
            double step = distance / count;
            double growth = distance * step * before;
            mean += step;
            third += growth * step * (count - 2) - 3 * step * second;
            second += growth;
        }

        @Override
        @Nullable
        Object value() {
            if (count == 0) {
                return null;
            }
            return count < 2 ? Double.NaN : Math.sqrt((double) count) * third / Math.pow(second, 1.5);
        }
    }

    /** The area under the curve between the first and the last value. */
    static final class Integral extends Fold {
        private final ColumnType type;
        private final int time;
        private final double unit;
        private final Position at;
        private boolean any;
        private long lastTime;
        private double lastValue;
        private double area;

        Integral(int column, ColumnType type, int time, long unit, Position at) {
            super(column);
            this.type = type;
            this.time = time;
            this.unit = unit;
            this.at = at;
        }

        @Override
        void row(@Nullable Object[] row) {
            Object value = row[column()];
            if (!(row[time] instanceof Long moment)) {
                throw at.error("integral() found a row without a time");
            }
            if (value == null) {
                return;
            }
            double number = type.asDouble(value);
            if (any) {
                if (moment < lastTime) {
                    throw at.error("integral() found rows that are not in the order of their times");
                }
                area += (number + lastValue) / 2 * ((moment - lastTime) / unit);
            }
            any = true;
            lastTime = moment;
            lastValue = number;
        }

        @Override
        @Nullable
        Object value() {
            return any ? area : null;
        }
    }
}
