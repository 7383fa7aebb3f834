package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code duplicate()}: a copy of a column, after all others or in the place of the one that had the name. The copy is
 * not part of the group key.
 */
public record Duplicate(String column, String as, Position at) implements Operation {

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        Merging merging = new Merging(at);
        tables.forEach(table -> merging.add(duplicated(table)));
        return merging.tables();
    }

    private Table duplicated(Table table) {
        int from = table.index(column);
        if (from < 0) {
            throw at.error("duplicate error: column \"" + column + "\" doesn't exist");
        }
        if (column.equals(as)) {
            return table;
        }
        int to = table.index(as);
        int place = to < 0 ? table.columns().size() : to;
        List<Column> columns = new ArrayList<>(table.columns());
        Column copy = new Column(as, table.columns().get(from).type(), false);
        if (to < 0) {
            columns.add(copy);
        } else {
            columns.set(to, copy);
        }
        @Nullable Object[] key = Arrays.copyOf(table.key(), columns.size());
        key[place] = null;
        return table.with(columns, key, visitor -> {
            @Nullable Object[] wide = new Object[columns.size()];
            table.rows().scan(row -> {
                System.arraycopy(row, 0, wide, 0, row.length);
                wide[place] = row[from];
                return visitor.row(wide);
            });
        });
    }
}
