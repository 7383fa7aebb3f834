package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code map()}: a record of each row. Columns of the group key that the record has, too, stay part of the key; rows go
 * to the table of their key, so that tables whose keys become equal become one.
 *
 * @param mergeKey whether columns of the group key that the record does not have are kept
 */
public record Map(RowFunction fn, boolean mergeKey, Position at) implements Operation {

    /** A map that keeps only what the record has. */
    public Map(RowFunction fn, Position at) {
        this(fn, false, at);
    }

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        Merging merging = new Merging(at);
        Bindings<RowFunction.Bound> bindings = new Bindings<>(fn::bind);
        for (Table table : tables) {
            mapped(table, bindings.of(table.columns()), execution.budget(), merging);
        }
        return merging.tables();
    }

    private void mapped(Table table, RowFunction.Bound bound, MemoryBudget budget, Merging into) {
        List<Column> columns = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        for (Column column : bound.columns()) {
            int place = table.index(column.label());
            columns.add(column.grouped(place >= 0 && table.columns().get(place).grouped()));
        }
        int record = columns.size();
        if (mergeKey) {
            for (int i = 0; i < table.columns().size(); i++) {
                Column column = table.columns().get(i);
                if (column.grouped()
                        && columns.stream().noneMatch(each -> each.label().equals(column.label()))) {
                    columns.add(column);
                    kept.add(i);
                }
            }
        }
        Rows rows = visitor -> table.rows().scan(row -> {
            @Nullable Object[] made = bound.apply(row);
            if (kept.isEmpty()) {
                return visitor.row(made);
            }
            @Nullable Object[] wide = Arrays.copyOf(made, columns.size());
            for (int i = 0; i < kept.size(); i++) {
                wide[record + i] = row[kept.get(i)];
            }
            return visitor.row(wide);
        });
        @Nullable Object[] key = new Object[columns.size()];
        for (int i = 0; i < key.length; i++) {
            int place = table.index(columns.get(i).label());
            key[i] = columns.get(i).grouped() ? table.key()[place] : null;
        }
        Table made = table.with(columns, key, rows);
        if (keepsKey(made)) {
            into.add(made);
        } else {
            // The key is computed, so that the rows of a table may now belong to several.
            Regroup.of(List.of(ungrouped(made)), each -> true, each -> grouped(columns, each), budget, at)
                    .forEach(into::add);
        }
    }

    private static boolean keepsKey(Table made) {
        if (made.columns().stream().noneMatch(Column::grouped)) {
            return true;
        }
        boolean[] same = {true};
        made.rows().scan(row -> {
            for (int i = 0; i < row.length && same[0]; i++) {
                same[0] = !made.columns().get(i).grouped() || Objects.equals(row[i], made.key()[i]);
            }
            return same[0];
        });
        return same[0];
    }

    private static Table ungrouped(Table table) {
        List<Column> columns =
                table.columns().stream().map(column -> column.grouped(false)).toList();
        return table.with(columns, new Object[columns.size()], table.rows());
    }

    private static boolean grouped(List<Column> columns, Column column) {
        return columns.stream().anyMatch(each -> each.grouped() && each.label().equals(column.label()));
    }
}
