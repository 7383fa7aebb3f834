package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** The aggregates, which compute a value from a column of a table, and the selectors, which pick one of its rows. */
public sealed interface Aggregation {

    /** The name of the function in scripts. */
    default String text() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** Whether this picks a row rather than compute a value. */
    default boolean selector() {
        return false;
    }

    /** Whether InfluxDB computes this inside its storage, which shows in the order of the columns. */
    default boolean inStorage() {
        return false;
    }

    /** Whether it takes a column of a type. */
    default boolean takes(ColumnType in) {
        return in.number();
    }

    /** The type of what comes out, of a column that it takes. */
    ColumnType type(ColumnType in);

    /**
     * Begins to compute.
     *
     * @param column the place of the column in rows
     * @throws io.fogwhisk.influx.InfluxException if the table has no column that this needs besides
     */
    Fold fold(Table table, int column, MemoryBudget budget, Position at);

    /** The number of rows, those without a value included. */
    record Count() implements Aggregation {
        @Override
        public boolean inStorage() {
            return true;
        }

        @Override
        public boolean takes(ColumnType in) {
            return true;
        }

        @Override
        public ColumnType type(ColumnType in) {
            return ColumnType.INT;
        }

        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            return new Sums.CountFold(column);
        }
    }

    /** The sum of all values, in the type of the column. */
    record Sum() implements Aggregation {
        @Override
        public boolean inStorage() {
            return true;
        }

        @Override
        public ColumnType type(ColumnType in) {
            return in;
        }

        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            return table.columns().get(column).type() == ColumnType.FLOAT
                    ? new Sums.FloatSum(column)
                    : new Sums.IntegerSum(column);
        }
    }

    /** The mean of all values. */
    record Mean() implements Aggregation {
        @Override
        public boolean inStorage() {
            return true;
        }

        @Override
        public ColumnType type(ColumnType in) {
            return ColumnType.FLOAT;
        }

        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            return new Sums.Mean(column, table.columns().get(column).type());
        }
    }

    /** How a quantile is found. */
    enum Method {
        /**
         * What a t-digest of unlimited size says: between the middles of neighbouring values. It is exact, so that the
         * compression has no meaning.
         */
        ESTIMATE_TDIGEST,
        /** Between neighbouring values, the lowest being quantile 0 and the highest quantile 1. */
        EXACT_MEAN,
        /** The row of the lowest value that at least this part of all values does not exceed. */
        EXACT_SELECTOR;

        /** The method that scripts call so. */
        public static Optional<Method> of(String text) {
            for (Method method : values()) {
                if (method.text().equals(text)) {
                    return Optional.of(method);
                }
            }
            return Optional.empty();
        }

        /** The name in scripts. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A quantile of floating point values; the median is that of 0.5.
     *
     * @param q from 0 to 1
     * @param compression of the digest; not used, because all values are held
     */
    record Quantile(double q, Method method, double compression) implements Aggregation {

        /** Checks the part. */
        public Quantile {
            Objects.requireNonNull(method, "method is null");
            if (!(q >= 0 && q <= 1)) {
                throw new IllegalArgumentException("quantile must be between 0 and 1, was " + q);
            }
        }

        @Override
        public String text() {
            return q == 0.5 ? "median" : "quantile";
        }

        @Override
        public boolean selector() {
            return method == Method.EXACT_SELECTOR;
        }

        @Override
        public boolean takes(ColumnType in) {
            return in == ColumnType.FLOAT || (selector() && in.number());
        }

        @Override
        public ColumnType type(ColumnType in) {
            return in;
        }

        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            return selector()
                    ? new Quantiles.Picked(column, table.columns().get(column).type(), q, budget)
                    : new Quantiles.Computed(column, q, method == Method.ESTIMATE_TDIGEST, budget);
        }
    }

    /** The first row with the lowest value. */
    record Min() implements Picking {
        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            return new Picks.Extreme(column, table.columns().get(column).type(), -1);
        }
    }

    /** The first row with the highest value. */
    record Max() implements Picking {
        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            return new Picks.Extreme(column, table.columns().get(column).type(), 1);
        }
    }

    /** The first row that has a value. */
    record First() implements Picking {
        @Override
        public boolean takes(ColumnType in) {
            return true;
        }

        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            return new Picks.First(column);
        }
    }

    /** The last row that has a value. */
    record Last() implements Picking {
        @Override
        public boolean takes(ColumnType in) {
            return true;
        }

        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            return new Picks.Last(column);
        }
    }

    /** The highest value less the lowest. */
    record Spread() implements Aggregation {
        @Override
        public ColumnType type(ColumnType in) {
            return in;
        }

        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            return new Moments.Spread(column, table.columns().get(column).type());
        }
    }

    /**
     * The standard deviation.
     *
     * @param sample whether the values are a sample, so that it is not a number for one value, rather than all there are
     */
    record Stddev(boolean sample) implements Aggregation {
        @Override
        public ColumnType type(ColumnType in) {
            return ColumnType.FLOAT;
        }

        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            return new Moments.Deviation(column, table.columns().get(column).type(), sample);
        }
    }

    /** The skew of the values. */
    record Skew() implements Aggregation {
        @Override
        public ColumnType type(ColumnType in) {
            return ColumnType.FLOAT;
        }

        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            return new Moments.Skew(column, table.columns().get(column).type());
        }
    }

    /**
     * The area under the curve of the values, by trapezoids.
     *
     * @param unit the length of time that counts as one
     */
    record Integral(FluxDuration unit, String timeColumn) implements Aggregation {

        /** Checks the unit. */
        public Integral {
            if (unit.months() != 0 || unit.nanos() <= 0) {
                throw new IllegalArgumentException("unit of integral() must be positive and without calendar months");
            }
        }

        @Override
        public ColumnType type(ColumnType in) {
            return ColumnType.FLOAT;
        }

        @Override
        public Fold fold(Table table, int column, MemoryBudget budget, Position at) {
            int time = table.require(timeColumn, at);
            if (table.columns().get(time).type() != ColumnType.TIME) {
                throw at.error("time column " + timeColumn + " of integral() is not of type time");
            }
            return new Moments.Integral(column, table.columns().get(column).type(), time, unit.nanos(), at);
        }
    }

    /** The selectors that InfluxDB runs inside its storage. */
    sealed interface Picking extends Aggregation permits Min, Max, First, Last {
        @Override
        default boolean selector() {
            return true;
        }

        @Override
        default boolean inStorage() {
            return true;
        }

        @Override
        default boolean takes(ColumnType in) {
            return in.number() || in == ColumnType.TIME;
        }

        @Override
        default ColumnType type(ColumnType in) {
            return in;
        }
    }
}
