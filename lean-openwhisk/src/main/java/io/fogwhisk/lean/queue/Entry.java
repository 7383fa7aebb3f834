package io.fogwhisk.lean.queue;

import java.util.Objects;

/**
 * An accepted invocation.
 *
 * @param seq its place in the queue
 * @param stamp when it was accepted
 * @param invocation what is to be done
 */
public record Entry(long seq, Stamp stamp, Invocation invocation) {

    /** Checks for null. */
    public Entry {
        Objects.requireNonNull(stamp, "stamp is null");
        Objects.requireNonNull(invocation, "invocation is null");
    }
}
