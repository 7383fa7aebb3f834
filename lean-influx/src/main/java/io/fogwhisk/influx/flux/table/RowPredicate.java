package io.fogwhisk.influx.flux.table;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A condition on rows, before it is known which columns they have. */
public interface RowPredicate {

    /**
     * Looks up the columns it reads and checks their types.
     *
     * @throws io.fogwhisk.influx.InfluxException if types do not fit
     */
    Bound bind(List<Column> columns);

    /** The conditions that must all hold for this one to hold; at least one, this itself if it cannot be taken apart. */
    List<RowPredicate> conjuncts();

    /** Whether it can be decided for each row: its types may not fit, but no value makes it fail. */
    boolean total();

    /** The columns it reads; empty as a whole if it may read any. */
    Optional<Set<String>> columns();

    /**
     * The only values that a column of text can have where this holds.
     *
     * @return empty if it does not say
     */
    Optional<Set<String>> among(String column);

    /** The range of {@code _time} outside of which this never holds; {@link Table.Bounds#NONE} if it does not say. */
    default Table.Bounds times() {
        return Table.Bounds.NONE;
    }

    /** A condition on rows of known columns. */
    @FunctionalInterface
    interface Bound {
        /** Whether a row satisfies it: false also where it is null. */
        boolean holds(@Nullable Object[] row);
    }
}
