package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes one table of those with equal keys: with the columns of all of them, in the order in which they come first, and
 * the rows one after the other.
 */
final class Merging {

    private final Position at;
    private final Map<Map<String, Object>, List<Table>> byKey = new LinkedHashMap<>();

    Merging(Position at) {
        this.at = at;
    }

    void add(Table table) {
        byKey.computeIfAbsent(table.identity(), key -> new ArrayList<>()).add(table);
    }

    /** The tables, in the order of their first members. */
    List<Table> tables() {
        List<Table> merged = new ArrayList<>();
        for (List<Table> members : byKey.values()) {
            StoredRows together = sameColumns(members) ? together(members) : null;
            if (members.size() == 1) {
                merged.add(members.get(0));
            } else if (together != null) {
                merged.add(members.get(0).withRows(together).within(Table.Bounds.around(members)));
            } else {
                // An empty table must not lend its columns.
                List<Table> there = members.stream()
                        .filter(table -> !table.unread() || !table.empty())
                        .toList();
                if (there.size() == 1) {
                    merged.add(there.get(0));
                } else if (!there.isEmpty()) {
                    merged.add((sameColumns(there) ? alike(there) : widened(there)).within(Table.Bounds.around(there)));
                }
            }
        }
        return merged;
    }

    /** The tables, in the order of their group keys, as InfluxDB sends those that it had to put together anew. */
    List<Table> sorted() {
        return sorted(tables());
    }

    /** Tables in the order of their group keys. */
    static List<Table> sorted(List<Table> tables) {
        return tables.stream().sorted(Merging::byKey).toList();
    }

    private static int byKey(Table left, Table right) {
        Iterator<Column> ours = keyColumns(left);
        Iterator<Column> theirs = keyColumns(right);
        while (ours.hasNext() && theirs.hasNext()) {
            Column mine = ours.next();
            Column other = theirs.next();
            int order = mine.label().compareTo(other.label());
            order = order != 0 ? order : mine.type().compareTo(other.type());
            order = order != 0 ? order : mine.type().compareNullable(value(left, mine), value(right, other));
            if (order != 0) {
                return order;
            }
        }
        return Boolean.compare(ours.hasNext(), theirs.hasNext());
    }

    private static Iterator<Column> keyColumns(Table table) {
        return table.columns().stream()
                .filter(Column::grouped)
                .sorted(Comparator.comparing(Column::label))
                .iterator();
    }

    private static @Nullable Object value(Table table, Column column) {
        return table.key()[table.index(column.label())];
    }

    private static boolean sameColumns(List<Table> members) {
        List<Column> first = members.get(0).columns();
        return members.stream().allMatch(table -> table.columns().equals(first));
    }

    private static Table alike(List<Table> members) {
        Table first = members.get(0);
        return first.withRows(rows(members.stream().map(Table::rows).toList()));
    }

    private Table widened(List<Table> members) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (Table table : members) {
            for (Column column : table.columns()) {
                Column before = columns.putIfAbsent(column.label(), column);
                if (before != null && before.type() != column.type()) {
                    throw at.error("schema collision: cannot group "
                            + before.type().text() + " and " + column.type().text() + " types together");
                }
            }
        }
        List<Column> all = List.copyOf(columns.values());
        List<Rows> rows = new ArrayList<>();
        for (Table member : members) {
            rows.add(Regroup.project(member.rows(), places(member, all)));
        }
        Table first = members.get(0);
        return first.with(all, Regroup.project(first.key(), places(first, all)), rows(rows));
    }

    private static int[] places(Table table, List<Column> columns) {
        return columns.stream().mapToInt(column -> table.index(column.label())).toArray();
    }

    private static @Nullable StoredRows together(List<Table> members) {
        List<StoredRows> stored = new ArrayList<>(members.size());
        for (Table member : members) {
            if (!(member.rows() instanceof StoredRows rows)) {
                return null;
            }
            stored.add(rows);
        }
        return StoredRows.together(stored);
    }

    private static Rows rows(List<Rows> members) {
        return visitor -> {
            boolean[] more = {true};
            for (Rows member : members) {
                member.scan(row -> more[0] = visitor.row(row));
                if (!more[0]) {
                    return;
                }
            }
        };
    }
}
