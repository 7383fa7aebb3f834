package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code join()} of two streams: a row for each pair of rows with the same values in some columns, null being equal to
 * nothing. Every table of one stream is joined with every one of the other whose group key does not contradict. Columns
 * are in the order of their names; one that both streams have and that is not joined on gets the name of its stream
 * appended. Rows are in the order of the values joined on.
 *
 * @param names of the two streams
 * @param on the columns that must be equal
 * @param method {@code inner}
 */
public record Join(List<String> names, List<String> on, String method, Position at) implements Combination {

    /** Copies the lists; checks what InfluxDB checks. */
    public Join {
        names = List.copyOf(names);
        on = List.copyOf(new TreeSet<>(on));
        if (names.size() != 2) {
            throw at.error("joins currently must only have two parents");
        }
        if (on.isEmpty()) {
            throw at.error("at least one column in 'on' column list is required");
        }
        if (!method.equals("inner")) {
            throw at.error(method + " is not a valid join type");
        }
    }

    @Override
    public List<Table> apply(List<List<Table>> streams, Execution execution) {
        List<Table> lefts = joinable(streams.get(0));
        List<Table> rights = joinable(streams.get(1));
        List<Table> joined = new ArrayList<>();
        for (Table left : lefts) {
            for (Table right : rights) {
                execution.budget().check();
                if (agree(left, right)) {
                    joined.addAll(join(left, right, execution));
                }
            }
        }
        if (joined.stream().map(Table::columns).distinct().count() == 1) {
            joined.sort(Join::byKey);
        }
        Table.Bounds bounds =
                Table.Bounds.around(streams.stream().flatMap(List::stream).toList());
        Merging merging = new Merging(at);
        joined.forEach(table -> merging.add(table.within(bounds)));
        return merging.tables();
    }

    /** InfluxDB sends joined tables in the order of their keys. */
    private static int byKey(Table left, Table right) {
        for (int i = 0; i < left.columns().size(); i++) {
            Column column = left.columns().get(i);
            int other = right.index(column.label());
            if (column.grouped() && other >= 0 && right.columns().get(other).equals(column)) {
                int order = column.type().compareNullable(left.key()[i], right.key()[other]);
                if (order != 0) {
                    return order;
                }
            }
        }
        return 0;
    }

    private List<Table> joinable(List<Table> stream) {
        return stream.stream()
                .filter(table -> on.stream().allMatch(label -> table.index(label) >= 0))
                .toList();
    }

    /** Whether no column that is joined on has different values in both group keys, or none. */
    private boolean agree(Table left, Table right) {
        for (String label : on) {
            int mine = left.index(label);
            int other = right.index(label);
            if (left.columns().get(mine).grouped() && right.columns().get(other).grouped()) {
                Object value = left.key()[mine];
                if (value == null || !value.equals(right.key()[other])) {
                    return false;
                }
            }
        }
        return true;
    }

    private List<Table> join(Table left, Table right, Execution execution) {
        MemoryBudget budget = execution.budget();
        List<Source> sources = sources(left, right);
        List<Column> columns = sources.stream().map(Source::column).toList();
        Map<List<Object>, List<@Nullable Object[]>> byValues = new HashMap<>();
        right.rows().scan(row -> {
            List<Object> values = values(right, row);
            if (values != null) {
                byValues.computeIfAbsent(values, none -> new ArrayList<>()).add(budget.hold(row));
            }
            return true;
        });
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Table sorted : new Sort(on, false, at).of(left, execution)) {
            sorted.rows().scan(row -> {
                List<Object> values = values(left, row);
                if (values != null) {
                    for (Object[] match : byValues.getOrDefault(values, List.of())) {
                        rows.add(budget.hold(joined(sources, row, match)));
                    }
                }
                return true;
            });
        }
        if (rows.isEmpty()) {
            return List.of();
        }
        return List.of(left.with(columns, Regroup.key(columns, rows.get(0)), Rows.of(rows)));
    }

    private @Nullable List<Object> values(Table table, @Nullable Object[] row) {
        List<Object> values = new ArrayList<>(on.size());
        for (String label : on) {
            Object value = row[table.index(label)];
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return values;
    }

    /** The columns, each with the place in the rows of the stream that it comes from. */
    private List<Source> sources(Table left, Table right) {
        Set<String> shared = new HashSet<>();
        left.columns().forEach(column -> shared.add(column.label()));
        shared.retainAll(right.columns().stream().map(Column::label).toList());
        List<Source> sources = new ArrayList<>();
        Set<String> labels = new HashSet<>();
        for (int stream = 0; stream < 2; stream++) {
            Table table = stream == 0 ? left : right;
            for (int i = 0; i < table.columns().size(); i++) {
                Column column = table.columns().get(i);
                boolean joinedOn = on.contains(column.label());
                String label = shared.contains(column.label()) && !joinedOn
                        ? column.label() + "_" + names.get(stream)
                        : column.label();
                boolean grouped = column.grouped() || (joinedOn && grouped(stream == 0 ? right : left, label));
                if (labels.add(label)) {
                    sources.add(new Source(new Column(label, column.type(), grouped), stream, i));
                } else if (!joinedOn) {
                    throw at.error("join() would make two columns named \"" + label + "\"");
                }
            }
        }
        for (String label : on) {
            ColumnType mine = left.columns().get(left.index(label)).type();
            ColumnType other = right.columns().get(right.index(label)).type();
            if (mine != other) {
                throw at.error("join() column " + label + " is of type " + mine.text() + " in " + names.get(0)
                        + " and of type " + other.text() + " in " + names.get(1));
            }
        }
        sources.sort(Comparator.comparing(source -> source.column().label()));
        return sources;
    }

    private static boolean grouped(Table table, String label) {
        return table.columns().get(table.index(label)).grouped();
    }

    private static @Nullable Object[] joined(List<Source> sources, @Nullable Object[] left, @Nullable Object[] right) {
        @Nullable Object[] row = new Object[sources.size()];
        for (int i = 0; i < row.length; i++) {
            Source source = sources.get(i);
            row[i] = source.stream() == 0 ? left[source.place()] : right[source.place()];
        }
        return row;
    }

    /** Where the values of a column come from. */
    private record Source(Column column, int stream, int place) {}
}
