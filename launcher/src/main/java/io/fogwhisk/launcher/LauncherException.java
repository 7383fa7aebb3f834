package io.fogwhisk.launcher;

/** A site could not be composed or run; the message says what to do about it. */
public final class LauncherException extends RuntimeException {

    /** A failure found by our own checks. */
    public LauncherException(String message) {
        super(message);
    }

    /** A failure with its cause. */
    public LauncherException(String message, Throwable cause) {
        super(message, cause);
    }
}
