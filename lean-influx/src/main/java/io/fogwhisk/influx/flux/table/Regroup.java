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

    private final Predicate<Column> kept;
    private final Predicate<Column> grouped;
    private final MemoryBudget budget;
    private final Position at;
    private final Map<Map<String, Object>, Union> unions = new LinkedHashMap<>();

    private Regroup(Predicate<Column> kept, Predicate<Column> grouped, MemoryBudget budget, Position at) {
        this.kept = kept;
        this.grouped = grouped;
        this.budget = budget;
        this.at = at;
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
        return regroup.unions.values().stream().map(Union::table).toList();
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
            @Nullable Object[] key = key(columns, project(table.key(), places));
            Rows rows = visitor -> table.rows().scan(row -> visitor.row(project(row, places)));
            add(new Table(columns, key, table.bounds(), false, rows), true);
        } else {
            split(table, columns, places);
        }
    }

    private void split(Table table, List<Column> columns, int[] places) {
        Map<Map<String, Object>, List<@Nullable Object[]>> parts = new LinkedHashMap<>();
        table.rows().scan(row -> {
            Object[] copy = budget.hold(project(row, places));
            parts.computeIfAbsent(identity(columns, copy), key -> new ArrayList<>())
                    .add(copy);
            return true;
        });
        parts.values().forEach(rows -> {
            @Nullable Object[] key = key(columns, rows.get(0));
            add(new Table(columns, key, table.bounds(), false, Rows.of(rows)), false);
        });
    }

    private void add(Table table, boolean checkEmpty) {
        if (checkEmpty && table.empty()) {
            return;
        }
        unions.computeIfAbsent(table.identity(), key -> new Union(at)).add(table);
    }

    private static @Nullable Object[] project(@Nullable Object[] row, int[] places) {
        @Nullable Object[] projected = new Object[places.length];
        for (int i = 0; i < places.length; i++) {
            projected[i] = row[places[i]];
        }
        return projected;
    }

    private static @Nullable Object[] key(List<Column> columns, @Nullable Object[] row) {
        @Nullable Object[] key = new Object[columns.size()];
        for (int i = 0; i < key.length; i++) {
            key[i] = columns.get(i).grouped() ? row[i] : null;
        }
        return key;
    }

    private static Map<String, Object> identity(List<Column> columns, @Nullable Object[] row) {
        Map<String, Object> identity = new TreeMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).grouped()) {
                Object value = row[i];
                identity.put(columns.get(i).label(), value == null ? List.of() : value);
            }
        }
        return identity;
    }

    /** Tables with the same key. */
    private static final class Union {
        private final Position at;
        private final List<Table> members = new ArrayList<>();
        private final Map<String, Column> columns = new LinkedHashMap<>();

        Union(Position at) {
            this.at = at;
        }

        void add(Table table) {
            members.add(table);
            for (Column column : table.columns()) {
                Column before = columns.putIfAbsent(column.label(), column);
                if (before != null && before.type() != column.type()) {
                    throw at.error("schema collision: cannot group "
                            + before.type().text() + " and " + column.type().text() + " types together");
                }
            }
        }

        Table table() {
            Table first = members.get(0);
            if (members.size() == 1) {
                return first;
            }
            List<Column> all = List.copyOf(columns.values());
            @Nullable Object[] key = new Object[all.size()];
            for (int i = 0; i < key.length; i++) {
                int place = first.index(all.get(i).label());
                key[i] = place < 0 ? null : first.key()[place];
            }
            return new Table(all, key, first.bounds(), false, visitor -> scan(all, visitor));
        }

        private void scan(List<Column> all, Rows.Visitor visitor) {
            boolean[] more = {true};
            for (Table member : members) {
                int[] places = all.stream()
                        .mapToInt(column -> member.index(column.label()))
                        .toArray();
                @Nullable Object[] wide = new Object[places.length];
                member.rows().scan(row -> {
                    for (int i = 0; i < places.length; i++) {
                        wide[i] = places[i] < 0 ? null : row[places[i]];
                    }
                    more[0] = visitor.row(wide);
                    return more[0];
                });
                if (!more[0]) {
                    return;
                }
            }
        }
    }
}
