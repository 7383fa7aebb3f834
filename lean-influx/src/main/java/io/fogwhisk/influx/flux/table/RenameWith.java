package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** {@code rename(fn:)}: other names for columns; two of a table must not get the same. */
public record RenameWith(UnaryOperator<String> fn, Position at) implements Operation {

    @Override
    public boolean takesUnread() {
        return true;
    }

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        Merging merging = new Merging(at);
        for (Table table : tables) {
            List<Column> columns = new ArrayList<>();
            Set<String> labels = new HashSet<>();
            for (Column column : table.columns()) {
                Column renamed = column.named(fn.apply(column.label()));
                if (!labels.add(renamed.label())) {
                    throw at.error("rename error: two columns would be named \"" + renamed.label() + "\"");
                }
                columns.add(renamed);
            }
            Table renamed = table.with(columns, table.key(), table.rows());
            if (renamed.unread() || !table.unread() || !table.empty()) {
                merging.add(renamed);
            }
        }
        return merging.tables();
    }
}
