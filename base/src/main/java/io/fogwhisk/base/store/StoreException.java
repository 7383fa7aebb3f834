package io.fogwhisk.base.store;

/** A database file could not be opened, read or written; the message names the file and what to do. */
public final class StoreException extends RuntimeException {

    /** A failure with its cause. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** A failure found by our own checks. */
    public StoreException(String message) {
        super(message);
    }
}
