package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code derivative()}: how much each value differs, per unit of time, from the last one before it that was not null;
 * null if there is none. The first row is left out, and so is a row at the time of the one before.
 *
 * @param unit the length of time that counts as one
 * @param nonNegative whether negative derivatives become null
 * @param initialZero whether a value that is lower than the one before counts as its difference to zero, where negative
 *     derivatives are not wanted
 */
public record Derivative(
        FluxDuration unit,
        boolean nonNegative,
        List<String> columns,
        String timeColumn,
        boolean initialZero,
        Position at)
        implements EachTable {

    /** Copies the list and checks the unit. */
    public Derivative {
        columns = List.copyOf(columns);
        if (unit.months() != 0 || unit.nanos() <= 0) {
            throw at.error("unit of derivative() must be positive and without calendar months");
        }
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        int[] places = Running.numbers(table, columns, "derivative", at);
        int time = Running.time(table, timeColumn, "derivative", at);
        List<Column> typed = Running.typed(table, columns, type -> ColumnType.FLOAT);
        ColumnType[] types = new ColumnType[places.length];
        for (int i = 0; i < places.length; i++) {
            types[i] = table.columns().get(places[i]).type();
        }
        Rows rows = Running.rows(table.rows(), typed.size(), () -> step(places, types, time));
        return List.of(table.with(typed, table.key(), rows));
    }

    private Running.Step step(int[] places, ColumnType[] types, int time) {
        double[] last = new double[places.length];
        long[] lastTimes = new long[places.length];
        boolean[] any = new boolean[places.length];
        @Nullable Object[] before = new Object[1];
        return (row, made) -> {
            if (!(row[time] instanceof Long moment)) {
                throw at.error("derivative found null time in time column");
            }
            boolean first = before[0] == null;
            if (before[0] instanceof Long earlier) {
                if (moment < earlier) {
                    throw at.error("derivative found out-of-order times in time column");
                }
                if (moment.equals(earlier)) {
                    return false;
                }
            }
            before[0] = moment;
            for (int i = 0; i < places.length; i++) {
                Object value = row[places[i]];
                made[places[i]] = null;
                if (value != null) {
                    double number = types[i].asDouble(value);
                    if (any[i]) {
                        double units = (double) (moment - lastTimes[i]) / unit.nanos();
                        made[places[i]] = rate(number, last[i], units);
                    }
                    any[i] = true;
                    last[i] = number;
                    lastTimes[i] = moment;
                }
            }
            return !first;
        };
    }

    private @Nullable Object rate(double value, double before, double units) {
        if (!nonNegative || !(value < before)) {
            return (value - before) / units;
        }
        return initialZero && value >= 0 ? (Double) (value / units) : null;
    }
}
