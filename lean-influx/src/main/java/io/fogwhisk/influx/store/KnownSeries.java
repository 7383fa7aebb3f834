package io.fogwhisk.influx.store;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A series that has a number, and its columns. Immutable. */
final class KnownSeries {

    private final long id;
    private final StoredColumn[] columns;

    KnownSeries(long id, List<StoredColumn> columns) {
        this(id, columns.toArray(new StoredColumn[0]));
    }

    private KnownSeries(long id, StoredColumn[] columns) {
        this.id = id;
        this.columns = columns;
    }

    long id() {
        return id;
    }

    /** The column of a field; null if the series has never had that field. */
    @Nullable
    StoredColumn column(String field) {
        for (StoredColumn column : columns) {
            if (column.name().equals(field)) {
                return column;
            }
        }
        return null;
    }

    /** This series with one more column. */
    KnownSeries with(StoredColumn column) {
        StoredColumn[] more = Arrays.copyOf(columns, columns.length + 1);
        more[columns.length] = column;
        return new KnownSeries(id, more);
    }
}
