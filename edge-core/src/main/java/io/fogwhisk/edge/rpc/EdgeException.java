package io.fogwhisk.edge.rpc;

/** The edge domain can't do what it was told to; the message names the role, the value and what to do. */
public final class EdgeException extends RuntimeException {

    /** A failure found by our own checks. */
    public EdgeException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public EdgeException(String message, Throwable cause) {
        super(message, cause);
    }
}
