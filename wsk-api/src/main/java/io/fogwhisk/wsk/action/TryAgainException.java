package io.fogwhisk.wsk.action;

/**
 * What the stage of an {@link InProcessAction} fails with when the action could not do its work now, left nothing
 * half-done that a repetition would spoil, and must not be given up: a disk that is full, a buffer without room. The
 * invocation stays where it is and is run again later; no activation is recorded until it ends otherwise.
 */
public final class TryAgainException extends RuntimeException {

    /**
     * A failure that passes.
     *
     * @param message what is in the way, for the user
     */
    public TryAgainException(String message) {
        super(message);
    }

    /** A failure that passes, with its cause. */
    public TryAgainException(String message, Throwable cause) {
        super(message, cause);
    }
}
