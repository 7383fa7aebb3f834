package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;
import java.util.function.Predicate;

/**
 * {@code keep(fn:)} and {@code drop(fn:)}. Tables whose keys become equal become one.
 *
 * @param label tells of the name of a column whether it is meant
 * @param keep whether the columns that are meant are those that stay
 */
public record ColumnsWhere(Predicate<String> label, boolean keep, Position at) implements Operation {

    @Override
    public boolean takesUnread() {
        return true;
    }

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        return Regroup.of(
                tables, column -> label.test(column.label()) == keep, Column::grouped, execution.budget(), at);
    }
}
