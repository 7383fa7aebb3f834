package io.fogwhisk.influx;

import java.util.Objects;

/** A request that cannot be answered; the message is meant for the one who sent it. */
public final class InfluxException extends RuntimeException {

    private final ErrorCode code;
    private final boolean ofValues;

    /** A failure found by our own checks. */
    public InfluxException(ErrorCode code, String message) {
        super(message);
        this.code = Objects.requireNonNull(code, "code is null");
        this.ofValues = false;
    }

    /** A failure with its cause. */
    public InfluxException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code is null");
        this.ofValues = false;
    }

    private InfluxException(InfluxException failure) {
        super(failure.getMessage(), failure);
        this.code = failure.code;
        this.ofValues = true;
    }

    /** What kind of failure it is, and so which HTTP status answers it. */
    public ErrorCode code() {
        return code;
    }

    /**
     * This, if it is of an expression of Flux whose types fit, but whose values do not. That is only wrong where the
     * expression is needed: a branch that no row takes may hold one.
     *
     * @throws InfluxException this, if it is of another kind
     */
    public InfluxException onlyOfValues() {
        if (!ofValues) {
            throw this;
        }
        return this;
    }

    /** The same failure, known as one of values. */
    public InfluxException ofValues() {
        return ofValues ? this : new InfluxException(this);
    }
}
