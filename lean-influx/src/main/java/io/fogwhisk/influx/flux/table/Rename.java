package io.fogwhisk.influx.flux.table;

import io.fogwhisk.influx.flux.syntax.Position;
import java.util.List;
import java.util.Map;

/**
 * {@code rename(columns:)}: other names for columns.
 *
 * @param columns the new names by the old ones, which every table must have
 */
public record Rename(Map<String, String> columns, Position at) implements Operation {

    /** Copies the map. */
    public Rename {
        columns = Map.copyOf(columns);
    }

    @Override
    public List<Table> apply(List<Table> tables, Execution execution) {
        for (Table table : tables) {
            for (String label : columns.keySet()) {
                if (table.index(label) < 0) {
                    throw at.error("rename error: column \"" + label + "\" doesn't exist");
                }
            }
        }
        return new RenameWith(label -> columns.getOrDefault(label, label), at).apply(tables, execution);
    }
}
