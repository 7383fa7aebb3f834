package io.fogwhisk.wsk;

/** A value of the OpenWhisk world is malformed; the message names the value and the rule. */
public final class WskException extends IllegalArgumentException {

    /** A failure found by our own checks. */
    public WskException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public WskException(String message, Throwable cause) {
        super(message, cause);
    }
}
