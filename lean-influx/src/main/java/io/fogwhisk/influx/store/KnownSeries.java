package io.fogwhisk.influx.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A series that has a number, and its columns. Immutable. */
final class KnownSeries implements Columns {

    /** Up to so many columns are looked through, which is quicker and smaller than a map. */
    private static final int FEW = 16;

    private final long id;
    private final StoredColumn[] columns;
    private final Map<String, StoredColumn> byName;
    private final long nameChars;

    KnownSeries(long id, List<StoredColumn> columns) {
        this.id = id;
        this.columns = columns.toArray(new StoredColumn[0]);
        nameChars = columns.stream().mapToLong(column -> column.name().length()).sum();
        if (columns.size() <= FEW) {
            byName = Map.of();
        } else {
            byName = new HashMap<>();
            columns.forEach(column -> byName.put(column.name(), column));
        }
    }

    long id() {
        return id;
    }

    /** How long the names of its columns are together. */
    long nameChars() {
        return nameChars;
    }

    List<StoredColumn> columns() {
        return List.of(columns);
    }

    @Override
    public @Nullable StoredColumn column(String field) {
        if (!byName.isEmpty()) {
            return byName.get(field);
        }
        for (StoredColumn column : columns) {
            if (column.name().equals(field)) {
                return column;
            }
        }
        return null;
    }
}
