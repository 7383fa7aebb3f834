package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code keep(columns:)} and {@code drop(columns:)}. Tables whose keys become equal become one.
 *
 * @param keep whether the columns are those that stay
 */
public record Columns(List<String> columns, boolean keep, Position at) implements Operation {

    /** Copies the list. */
    public Columns {
        columns = List.copyOf(columns);
    }

    @Override
    public boolean takesUnread() {
        return true;
    }

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        Set<String> named = new HashSet<>(columns);
        return new ColumnsWhere(named::contains, keep, at).apply(tables, execution);
    }
}
