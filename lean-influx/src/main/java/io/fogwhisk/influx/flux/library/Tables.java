package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.Rows;
import io.fogwhisk.influx.flux.table.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables that a script holds itself. */
final class Tables {

    /** They are of no range, and so of any. */
    private static final Table.Bounds ALL = new Table.Bounds(Long.MIN_VALUE, Long.MAX_VALUE);

    private Tables() {}

    static Table of(List<Column> columns, @Nullable Object[] key, Rows rows) {
        return new Table(columns, key, ALL, false, rows);
    }
}
