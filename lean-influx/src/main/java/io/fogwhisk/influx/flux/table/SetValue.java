package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code set()}: a text in all rows, in a column that exists or in a new one after all others. */
public record SetValue(String key, String value, Position at) implements Operation {

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        Merging merging = new Merging(at);
        tables.forEach(table -> merging.add(set(table)));
        return merging.tables();
    }

    private Table set(Table table) {
        List<Column> columns = new ArrayList<>(table.columns());
        int found = table.index(key);
        int place = found < 0 ? columns.size() : found;
        boolean grouped = found >= 0 && columns.get(found).grouped();
        if (found < 0) {
            columns.add(new Column(key, ColumnType.STRING, false));
        } else if (columns.get(found).type() != ColumnType.STRING) {
            throw at.error("set() cannot put a text in column " + key + " of type "
                    + columns.get(found).type().text());
        }
        @Nullable Object[] values = Arrays.copyOf(table.key(), columns.size());
        values[place] = grouped ? value : null;
        return table.with(columns, values, Running.rows(table.rows(), columns.size(), () -> (row, made) -> {
            made[place] = value;
            return true;
        }));
    }
}
