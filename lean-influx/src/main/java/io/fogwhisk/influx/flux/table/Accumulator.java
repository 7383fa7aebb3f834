package io.fogwhisk.influx.flux.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Computes one aggregate, or picks one row, of rows that come by once. Not thread-safe. */
public abstract class Accumulator {

    final int column;

    public Accumulator(int column) {
        this.column = column;
    }

    public static Accumulator of(Aggregate aggregate, int column, ColumnType type, MemoryBudget budget) {
        return switch (aggregate) {
            case COUNT -> new Count(column);
            case SUM -> type == ColumnType.FLOAT ? new FloatSum(column) : new IntegerSum(column);
            case MEAN -> new Mean(column, type);
            case MEDIAN -> new Median(column, budget);
            case MIN, MAX, FIRST, LAST -> new Selector(aggregate, column, type);
        };
    }

    /** A row comes by. */
    public abstract void add(@Nullable Object[] row);

    /** The aggregate; null if there is none. */
    public abstract @Nullable Object value();

    /** The row that was picked; null if none was, or if this picks no rows. */
    @Nullable
    public Object @Nullable [] row() {
        return null;
    }

    private static final class Count extends Accumulator {
        private long count;

        Count(int column) {
            super(column);
        }

        @Override
        public void add(@Nullable Object[] row) {
            count++;
        }

        @Override
        public Object value() {
            return count;
        }
    }

    private static final class FloatSum extends Accumulator {
        private double sum;
        private boolean any;

        FloatSum(int column) {
            super(column);
        }

        @Override
        public void add(@Nullable Object[] row) {
            if (row[column] instanceof Double value) {
                sum += value;
                any = true;
            }
        }

        @Override
        @Nullable
        public Object value() {
            return any ? sum : null;
        }
    }

    private static final class IntegerSum extends Accumulator {
        private long sum;
        private boolean any;

        IntegerSum(int column) {
            super(column);
        }

        @Override
        public void add(@Nullable Object[] row) {
            if (row[column] instanceof Long value) {
                sum += value;
                any = true;
            }
        }

        @Override
        @Nullable
        public Object value() {
            return any ? sum : null;
        }
    }

    private static final class Mean extends Accumulator {
        private final ColumnType type;
        private double sum;
        private long count;

        Mean(int column, ColumnType type) {
            super(column);
            this.type = type;
        }

        @Override
        public void add(@Nullable Object[] row) {
            Object value = row[column];
            if (value != null) {
                sum += type.asDouble(value);
                count++;
            }
        }

        @Override
        @Nullable
        public Object value() {
            return count == 0 ? null : sum / count;
        }
    }

    private static final class Median extends Accumulator {
        private final MemoryBudget budget;
        private double[] values = new double[16];
        private int count;

        Median(int column, MemoryBudget budget) {
            super(column);
            this.budget = budget;
        }

        @Override
        public void add(@Nullable Object[] row) {
            if (row[column] instanceof Double value) {
                if (count == values.length) {
                    budget.take((long) count * Double.BYTES);
                    values = Arrays.copyOf(values, count * 2);
                }
                values[count] = value;
                count++;
            }
        }

        @Override
        @Nullable
        public Object value() {
            if (count == 0) {
                return null;
            }
            Arrays.sort(values, 0, count);
            double upper = values[count / 2];
            return count % 2 == 1 ? upper : (values[count / 2 - 1] + upper) / 2;
        }
    }

    private static final class Selector extends Accumulator {
        private final Aggregate aggregate;
        private final ColumnType type;
        private @Nullable Object best;
        private @Nullable Object @Nullable [] picked;

        Selector(Aggregate aggregate, int column, ColumnType type) {
            super(column);
            this.aggregate = aggregate;
            this.type = type;
        }

        @Override
        public void add(@Nullable Object[] row) {
            Object value = row[column];
            if (value != null && (best == null || better(value, best))) {
                best = value;
                // The row of the last pick is written over, so that a long run of picks makes no garbage.
                Object[] into = picked == null ? new Object[row.length] : picked;
                System.arraycopy(row, 0, into, 0, row.length);
                picked = into;
            }
        }

        private boolean better(Object value, Object than) {
            return switch (aggregate) {
                case MIN -> type.compare(value, than) < 0;
                case MAX -> type.compare(value, than) > 0;
                case LAST -> true;
                default -> false;
            };
        }

        @Override
        @Nullable
        public Object value() {
            return best;
        }

        @Override
        public @Nullable Object @Nullable [] row() {
            return picked;
        }
    }
}
