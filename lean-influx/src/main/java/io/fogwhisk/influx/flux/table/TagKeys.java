package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The grouped columns of the tables of a stream, in one table with a column {@code _value}: those of the range first,
 * then the others, sorted. Of tables that have no other such column than those before them no row is read.
 */
public record TagKeys(Position at) implements Operation {

    @Override
    public boolean takesUnread() {
        return true;
    }

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        Set<String> found = new LinkedHashSet<>();
        for (Table table : tables) {
            List<String> labels = table.columns().stream()
                    .filter(Column::grouped)
                    .map(Column::label)
                    .toList();
            if (!found.containsAll(labels) && !table.empty()) {
                found.addAll(labels);
            }
        }
        List<String> sorted = new ArrayList<>();
        for (String label : List.of(Table.START, Table.STOP)) {
            if (found.remove(label)) {
                sorted.add(label);
            }
        }
        found.stream().sorted().forEach(sorted::add);
        return TagValues.listed(sorted, tables);
    }
}
