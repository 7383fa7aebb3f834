package io.fogwhisk.influx.flux.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a table, which can be gone through more than once. */
@FunctionalInterface
public interface Rows {

    /** Shows every row to the visitor until it has seen enough. */
    void scan(Visitor visitor);

    /** Looks at rows. */
    @FunctionalInterface
    interface Visitor {
        /**
         * A row.
         *
         * @param row only valid during the call, not to be changed
         * @return whether to go on
         */
        boolean row(@Nullable Object[] row);
    }

    /** One row. */
    static Rows one(@Nullable Object[] row) {
        return visitor -> visitor.row(row);
    }

    /** Rows that are held in memory. */
    static Rows of(List<@Nullable Object[]> held) {
        return visitor -> {
            for (Object[] row : held) {
                if (!visitor.row(row)) {
                    return;
                }
            }
        };
    }
}
