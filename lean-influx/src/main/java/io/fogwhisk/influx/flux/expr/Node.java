package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.InfluxException;
import org.jspecify.annotations.Nullable;

/** Computes a value of a row; null if there is none. */
@FunctionalInterface
public interface Node {

    /** The value for a row, whose columns are those that this was made for. */
    @Nullable
    Object value(@Nullable Object[] row);

    /** Fails for each row that needs the value. */
    static Node failing(InfluxException failure) {
        return row -> {
            throw failure;
        };
    }

    /**
     * The value, if it depends on no row.
     *
     * @throws InfluxException that {@linkplain InfluxException#ofValues is of values}, if it cannot be computed
     */
    default @Nullable Object known() {
        try {
            return value(new @Nullable Object[0]);
        } catch (InfluxException e) {
            throw e.ofValues();
        }
    }
}
