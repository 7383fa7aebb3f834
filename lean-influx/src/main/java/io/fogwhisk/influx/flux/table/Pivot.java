package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code pivot()}: values that stand below each other side by side. The group key stays, without what names or holds
 * values; rows are told apart by the row key, new columns by the values of the column key, both in the order in which
 * they come first. Of several values for the same place the last one counts. All other columns are left out.
 */
public record Pivot(List<String> rowKey, List<String> columnKey, String valueColumn, Position at) implements Operation {

    private static final int COLUMN_BYTES = 200;

    /** Copies the lists; a column cannot be in both. */
    public Pivot {
        rowKey = List.copyOf(rowKey);
        columnKey = List.copyOf(columnKey);
        for (String label : columnKey) {
            if (rowKey.contains(label)) {
                throw at.error("column name found in both rowKey and colKey: " + label);
            }
        }
    }

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        LinkedHashMap<java.util.Map<String, Object>, Pivoted> byKey = new LinkedHashMap<>();
        for (Table table : tables) {
            Pivoted part = new Pivoted(table);
            byKey.computeIfAbsent(part.identity(), key -> part).add(table, execution.budget());
        }
        return byKey.values().stream()
                .map(pivoted -> pivoted.table(execution.budget()))
                .toList();
    }

    /** A table that comes about. */
    private final class Pivoted {
        private final Table first;
        private final List<Column> columns = new ArrayList<>();
        private final @Nullable Object[] key;
        private final int common;
        private final java.util.Map<String, Integer> places = new HashMap<>();
        private final LinkedHashMap<List<@Nullable Object>, @Nullable Object[]> rows = new LinkedHashMap<>();

        Pivoted(Table table) {
            this.first = table;
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < table.columns().size(); i++) {
                Column column = table.columns().get(i);
                boolean consumed = columnKey.contains(column.label()) || valueColumn.equals(column.label());
                if (!consumed && (column.grouped() || rowKey.contains(column.label()))) {
                    columns.add(column);
                    values.add(column.grouped() ? table.key()[i] : null);
                }
            }
            this.key = values.toArray();
            this.common = columns.size();
        }

        java.util.Map<String, Object> identity() {
            return Regroup.identity(columns, key);
        }

        void add(Table table, MemoryBudget budget) {
            int[] rowPlaces = existing(table, rowKey);
            int[] columnPlaces = existing(table, columnKey);
            int value = existing(table, List.of(valueColumn))[0];
            ColumnType type = table.columns().get(value).type();
            table.rows().scan(row -> {
                StringBuilder label = new StringBuilder();
                for (int place : columnPlaces) {
                    label.append(label.isEmpty() ? "" : "_");
                    label.append(text(table.columns().get(place).type(), row[place]));
                }
                int to = place(label.toString(), type, budget);
                List<@Nullable Object> identity = new ArrayList<>();
                for (int place : rowPlaces) {
                    identity.add(row[place]);
                }
                @Nullable Object[] made = rows.get(identity);
                if (made == null) {
                    made = budget.hold(key);
                    for (int i = 0; i < common; i++) {
                        int from = table.index(columns.get(i).label());
                        made[i] = from < 0 ? null : row[from];
                    }
                }
                if (made.length <= to) {
                    budget.take((long) (to + 1 - made.length) * Long.BYTES);
                    made = Arrays.copyOf(made, to + 1);
                }
                made[to] = row[value];
                rows.put(identity, made);
                return true;
            });
        }

        private int place(String label, ColumnType type, MemoryBudget budget) {
            Integer known = places.get(label);
            if (known == null) {
                if (columns.subList(0, common).stream()
                        .anyMatch(column -> column.label().equals(label))) {
                    throw at.error("pivot() would make two columns named \"" + label + "\"");
                }
                budget.take(COLUMN_BYTES + label.length());
                known = columns.size();
                columns.add(new Column(label, type, false));
                places.put(label, known);
            } else if (columns.get(known).type() != type) {
                throw at.error("schema collision: column \"" + label + "\" is both of type "
                        + columns.get(known).type().text() + " and " + type.text());
            }
            return known;
        }

        Table table(MemoryBudget budget) {
            List<@Nullable Object[]> wide = new ArrayList<>();
            rows.values().forEach(row -> {
                budget.take((long) (columns.size() - row.length) * Integer.BYTES);
                wide.add(Arrays.copyOf(row, columns.size()));
            });
            return first.with(columns, Arrays.copyOf(key, columns.size()), Rows.of(wide));
        }
    }

    private int[] existing(Table table, List<String> labels) {
        int[] places = new int[labels.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = table.index(labels.get(i));
            if (places[i] < 0) {
                throw at.error("specified column does not exist in table: " + labels.get(i));
            }
        }
        return places;
    }

    private static String text(ColumnType type, @Nullable Object value) {
        if (value == null) {
            return "null";
        }
        return Conversion.text(type, value);
    }
}
