package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;
import java.util.Set;

/**
 * {@code filter()}: the rows that satisfy a condition.
 *
 * @param keepEmpty whether tables stay that have no row left
 */
public record Filter(RowPredicate fn, boolean keepEmpty, Position at) implements Operation {

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        Bindings<RowPredicate.Bound> bindings = new Bindings<>(fn::bind);
        return tables.stream()
                .flatMap(table -> of(table, bindings.of(table.columns())).stream())
                .toList();
    }

    private List<Table> of(Table table, RowPredicate.Bound condition) {
        Table passed = table.withRows(passing(table.rows(), condition));
        if (!keepEmpty && passed.empty()) {
            return List.of();
        }
        // InfluxDB evaluates filters on the value inside its storage.
        boolean inStorage = fn.columns().filter(Set.of(Table.VALUE)::equals).isPresent();
        return List.of(passed.byTime(table.byTime() && inStorage));
    }

    static Rows passing(Rows rows, RowPredicate.Bound condition) {
        return visitor -> rows.scan(row -> !condition.holds(row) || visitor.row(row));
    }
}
