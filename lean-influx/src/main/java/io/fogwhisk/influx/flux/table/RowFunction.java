package io.fogwhisk.influx.flux.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function from a row to a record, before it is known which columns the row has. */
public interface RowFunction {

    /**
     * Looks up the columns it reads and checks their types.
     *
     * @param columns of the rows it will get
     * @throws io.fogwhisk.influx.InfluxException if types do not fit
     */
    Bound bind(List<Column> columns);

    /** A function from rows of known columns. */
    interface Bound {

        /** The columns of the record it returns, in their order; none of them grouped. */
        List<Column> columns();

        /** The record for a row: a value for each of {@link #columns}, a new array in every call. */
        @Nullable
        Object[] apply(@Nullable Object[] row);
    }
}
