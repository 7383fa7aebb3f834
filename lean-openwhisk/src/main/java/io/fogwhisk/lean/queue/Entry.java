package io.fogwhisk.lean.queue;

import java.util.List;
import java.util.Objects;

/**
 * An accepted invocation.
 *
 * @param seq its place in the queue; {@link #UNQUEUED} if it runs without one
 * @param stamp when it was accepted
 * @param invocation what is to be done
 * @param attempts how many lives of the process started it and then ended without being closed
 */
public record Entry(long seq, Stamp stamp, Invocation invocation, int attempts) {

    /** The place of an invocation whose caller waits for it: nothing is promised yet, so it is not in the file. */
    public static final long UNQUEUED = 0;

    private static final int UNITS_PER_WEIGHT = 8_192;

    /** Checks for null. */
    public Entry {
        Objects.requireNonNull(stamp, "stamp is null");
        Objects.requireNonNull(invocation, "invocation is null");
    }

    /** An entry that was never started. */
    public Entry(long seq, Stamp stamp, Invocation invocation) {
        this(seq, stamp, invocation, 0);
    }

    /** How many small entries it stands for in memory: one for each 8 KiB of payload that it has begun. */
    public int weight() {
        return 1 + invocation.payload().text().length() / UNITS_PER_WEIGHT;
    }

    /** What some entries weigh together. */
    public static int weight(List<Entry> entries) {
        int weight = 0;
        for (Entry entry : entries) {
            weight += entry.weight();
        }
        return weight;
    }

    /** Whether it is in the file. */
    public boolean queued() {
        return seq != UNQUEUED;
    }
}
