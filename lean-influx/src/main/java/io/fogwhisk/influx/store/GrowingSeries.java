package io.fogwhisk.influx.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A series that a write gives new columns; confined to that write, and worth nothing if it fails. */
final class GrowingSeries implements Columns {

    private final long id;
    private final Map<String, StoredColumn> columns = new LinkedHashMap<>();

    GrowingSeries(KnownSeries series) {
        id = series.id();
        series.columns().forEach(this::add);
    }

    long id() {
        return id;
    }

    int size() {
        return columns.size();
    }

    @Override
    public @Nullable StoredColumn column(String field) {
        return columns.get(field);
    }

    void add(StoredColumn column) {
        columns.put(column.name(), column);
    }

    /** What it has grown to. */
    KnownSeries known() {
        return new KnownSeries(id, new ArrayList<>(columns.values()));
    }
}
