package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.InfluxException;
import org.jspecify.annotations.Nullable;

/**
 * An expression whose types fit, but whose values do not. That is only wrong where the expression is needed: a branch
 * that no row takes may hold one.
 */
public final class ValueException extends InfluxException {

    private static final @Nullable Object[] NO_ROW = {};

    /** The same failure, known as one of values. */
    public ValueException(InfluxException failure) {
        super(failure.code(), String.valueOf(failure.getMessage()), failure);
    }

    /**
     * The value of what depends on no row.
     *
     * @throws ValueException if it cannot be computed
     */
    static @Nullable Object known(Node node) {
        try {
            return node.value(NO_ROW);
        } catch (ValueException e) {
            throw e;
        } catch (InfluxException e) {
            throw new ValueException(e);
        }
    }

    /** Fails with this for each row that needs the value. */
    Node node() {
        return row -> {
            throw this;
        };
    }
}
