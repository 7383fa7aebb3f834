package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The values that a grouped column of text has in the tables of a stream, sorted, in one table with a column {@code
 * _value}. Of tables that have a value already, and of those that were not read, no rows are read but the first.
 *
 * @param column whose values they are
 */
public record TagValues(String column, Position at) implements Operation {

    @Override
    public boolean takesUnread() {
        return true;
    }

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        TreeSet<String> values = new TreeSet<>();
        for (Table table : tables) {
            int place = table.index(column);
            if (place >= 0
                    && table.columns().get(place).grouped()
                    && table.key()[place] instanceof String value
                    && !values.contains(value)
                    && !table.empty()) {
                values.add(value);
            }
        }
        return listed(values, tables);
    }

    /** A table of texts; none if there are none. */
    static List<Table> listed(Iterable<String> texts, List<Table> of) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        texts.forEach(text -> rows.add(new @Nullable Object[] {text}));
        if (rows.isEmpty()) {
            return List.of();
        }
        return List.of(new Table(
                List.of(new Column(Table.VALUE, ColumnType.STRING, false)),
                new @Nullable Object[1],
                of.get(0).bounds(),
                false,
                Rows.of(rows)));
    }
}
