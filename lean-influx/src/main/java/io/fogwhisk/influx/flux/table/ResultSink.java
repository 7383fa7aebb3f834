package io.fogwhisk.influx.flux.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the answer of a query: results, each of them tables, each of them rows, one after the other. */
public interface ResultSink {

    /** A result begins; it may have no table. */
    void result(String name);

    /**
     * A table begins; it may have no row.
     *
     * @param key the values of the grouped columns, at their places; not to be changed
     */
    void table(List<Column> columns, @Nullable Object[] key);

    /**
     * A row of the table.
     *
     * @param values as the columns' types say, null where there is none; only valid during the call
     */
    void row(@Nullable Object[] values);
}
