package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;

/** {@code increase()}: the sum of all differences that are not negative, as of counters that start again from zero. */
public record Increase(List<String> columns, Position at) implements EachTable {

    /** Copies the list. */
    public Increase {
        columns = List.copyOf(columns);
    }

    @Override
    public List<Table> of(Table table, Execution execution) {
        List<Table> differences = new Difference(true, columns, true, true, at).of(table, execution);
        return new CumulativeSum(columns, at).apply(differences, execution);
    }
}
