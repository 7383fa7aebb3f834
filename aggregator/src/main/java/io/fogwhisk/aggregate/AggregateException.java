package io.fogwhisk.aggregate;

/** Readings or aggregates cannot be handled as asked; the message names the value and what to do. */
public final class AggregateException extends RuntimeException {

    /** A failure found by our own checks. */
    public AggregateException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public AggregateException(String message, Throwable cause) {
        super(message, cause);
    }
}
