package io.fogwhisk.influx.store;

import org.jspecify.annotations.Nullable;

/** The columns of a series. */
interface Columns {

    /** The column of a field; null if the series does not have that field. */
    @Nullable
    StoredColumn column(String field);
}
