package io.fogwhisk.influx.flux.expr;

import org.jspecify.annotations.Nullable;

/** Computes a value of a row; null if there is none. */
@FunctionalInterface
public interface Node {

    /** The value for a row, whose columns are those that this was made for. */
    @Nullable
    Object value(@Nullable Object[] row);
}
