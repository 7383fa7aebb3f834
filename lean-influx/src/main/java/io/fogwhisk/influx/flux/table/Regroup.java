package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives a stream other group keys or fewer columns. Tables whose new keys are equal become one, with the columns of all
 * of them and the rows one after the other. Rows are copied only if a column becomes grouped that was not.
 */
public final class Regroup {

    private static final int TABLE_BYTES = 800;

    private final Predicate<Column> kept;
    private final Predicate<Column> grouped;
    private final MemoryBudget budget;
    private final Merging merging;

    private Regroup(Predicate<Column> kept, Predicate<Column> grouped, MemoryBudget budget, Position at) {
        this.kept = kept;
        this.grouped = grouped;
        this.budget = budget;
        this.merging = new Merging(at);
    }

    /**
     * Regroups tables.
     *
     * @param kept whether a column is kept
     * @param grouped whether a kept column belongs to the new key
     */
    public static List<Table> of(
            List<Table> tables, Predicate<Column> kept, Predicate<Column> grouped, MemoryBudget budget, Position at) {
        Regroup regroup = new Regroup(kept, grouped, budget, at);
        tables.forEach(regroup::add);
        return regroup.merging.tables();
    }

    private void add(Table table) {
        List<Column> columns = new ArrayList<>();
        List<Integer> from = new ArrayList<>();
        boolean constant = true;
        for (int i = 0; i < table.columns().size(); i++) {
            Column column = table.columns().get(i);
            if (kept.test(column)) {
                boolean inKey = grouped.test(column);
                constant &= !inKey || column.grouped();
                columns.add(column.grouped(inKey));
                from.add(i);
            }
        }
        int[] places = from.stream().mapToInt(Integer::intValue).toArray();
        if (constant) {
            if (table.unread() && !(table.rows() instanceof StoredRows) && table.empty()) {
                return;
            }
            @Nullable Object[] key = key(columns, project(table.key(), places));
            merging.add(table.with(columns, key, project(table.rows(), places)));
        } else {
            split(table, columns, places);
        }
    }

    private void split(Table table, List<Column> columns, int[] places) {
        Map<Map<String, Object>, List<@Nullable Object[]>> parts = new LinkedHashMap<>();
        table.rows().scan(row -> {
            Object[] copy = budget.hold(project(row, places));
            parts.computeIfAbsent(identity(columns, copy), key -> {
                        budget.take(TABLE_BYTES);
                        return new ArrayList<>();
                    })
                    .add(copy);
            return true;
        });
        parts.values().forEach(rows -> merging.add(table.with(columns, key(columns, rows.get(0)), Rows.of(rows))));
    }

    /** Rows with some of their columns, or others that are null where the place is -1. */
    static Rows project(Rows rows, int[] places) {
        if (rows instanceof StoredRows stored) {
            return stored.project(places);
        }
        return visitor -> rows.scan(row -> visitor.row(project(row, places)));
    }

    static @Nullable Object[] project(@Nullable Object[] row, int[] places) {
        @Nullable Object[] projected = new Object[places.length];
        for (int i = 0; i < places.length; i++) {
            projected[i] = places[i] < 0 ? null : row[places[i]];
        }
        return projected;
    }

    /** The values of the grouped columns of a row, at their places. */
    static @Nullable Object[] key(List<Column> columns, @Nullable Object[] row) {
        @Nullable Object[] key = new Object[columns.size()];
        for (int i = 0; i < key.length; i++) {
            key[i] = columns.get(i).grouped() ? row[i] : null;
        }
        return key;
    }

    /** What tells a row's table apart from others. */
    static Map<String, Object> identity(List<Column> columns, @Nullable Object[] row) {
        Map<String, Object> identity = new TreeMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).grouped()) {
                Object value = row[i];
                identity.put(columns.get(i).label(), value == null ? List.of() : value);
            }
        }
        return identity;
    }
}
