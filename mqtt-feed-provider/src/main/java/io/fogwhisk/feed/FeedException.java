package io.fogwhisk.feed;

/** A feed can't be created, read or run; the message names the value and the rule, and holds no secret. */
public final class FeedException extends RuntimeException {

    /** A failure found by our own checks. */
    public FeedException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public FeedException(String message, Throwable cause) {
        super(message, cause);
    }
}
