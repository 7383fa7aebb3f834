package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;

/**
 * {@code filter()}: the rows that satisfy a condition.
 *
 * @param keepEmpty whether tables stay that have no row left
 */
public record Filter(RowPredicate fn, boolean keepEmpty, Position at) implements EachTable {

    @Override
    public List<Table> of(Table table, Execution execution) {
        Table passed = table.withRows(passing(table.rows(), fn.bind(table.columns())));
        return keepEmpty || !passed.empty() ? List.of(passed) : List.of();
    }

    static Rows passing(Rows rows, RowPredicate.Bound condition) {
        return visitor -> rows.scan(row -> !condition.holds(row) || visitor.row(row));
    }
}
