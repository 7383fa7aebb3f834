package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code group()}: other group keys.
 *
 * @param columns of the new key
 * @param except whether these are instead the columns that do not belong to it
 */
public record Group(List<String> columns, boolean except, Position at) implements Operation {

    /** Copies the list. */
    public Group {
        columns = List.copyOf(columns);
    }

    @Override
    public boolean takesUnread() {
        return true;
    }

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        Set<String> named = new HashSet<>(columns);
        List<Table> grouped = Regroup.of(
                tables, column -> true, column -> named.contains(column.label()) != except, execution.budget(), at);
        boolean inStorage = !except
                && !named.contains(Table.TIME)
                && !named.contains(Table.VALUE)
                && tables.stream().allMatch(Table::stored);
        return inStorage
                ? grouped.stream()
                        .sorted(byKey())
                        .map(table -> table.byTime(true))
                        .toList()
                : Merging.sorted(grouped);
    }

    /** InfluxDB groups series inside its storage by sorting them, those without a tag last. */
    private Comparator<Table> byKey() {
        return (left, right) -> {
            for (String label : columns) {
                int order = compare(value(left, label), value(right, label));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        };
    }

    private static @Nullable String value(Table table, String label) {
        int place = table.index(label);
        return place >= 0 && table.key()[place] instanceof String text ? text : null;
    }

    private static int compare(@Nullable String left, @Nullable String right) {
        if (left == null || right == null) {
            return Boolean.compare(left == null, right == null);
        }
        return left.compareTo(right);
    }
}
