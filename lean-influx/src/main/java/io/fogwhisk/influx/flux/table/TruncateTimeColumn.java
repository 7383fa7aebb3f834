package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.time.FluxDuration;
import io.fogwhisk.influx.flux.time.Windows;
import io.fogwhisk.influx.flux.time.Zone;
import java.util.List;

/**
 * {@code truncateTimeColumn()}: times as the start of the unit that they are in, by the clocks of a zone.
 *
 * @param unit a length of time: months of the calendar or nanoseconds
 */
public record TruncateTimeColumn(FluxDuration unit, String timeColumn, Zone location, Position at)
        implements EachTable {

    @Override
    public List<Table> of(Table table, Execution execution) {
        int time = Running.time(table, timeColumn, "truncateTimeColumn", at);
        if (table.columns().get(time).grouped()) {
            throw at.error(
                    "truncateTimeColumn() cannot change column " + timeColumn + ", which is part of the group key");
        }
        Windows units = units();
        return List.of(table.withRows(Running.rows(table.rows(), table.columns().size(), () -> (row, made) -> {
            if (row[time] instanceof Long moment) {
                made[time] = units.start(moment);
            }
            return true;
        })));
    }

    private Windows units() {
        try {
            return new Windows(unit, unit, FluxDuration.ZERO, location);
        } catch (IllegalArgumentException e) {
            throw at.error(String.valueOf(e.getMessage()));
        }
    }
}
