package io.fogwhisk.lean.queue;

import io.fogwhisk.wsk.model.ActivationId;

/**
 * When an invocation was accepted, and the identity that follows from it.
 *
 * <p>The activation ids of an entry are 32 hex digits in the order of time: milliseconds (12), the nanoseconds within
 * them (5), the number of the activation within its entry (3), random (12). Random ids would scatter the inserts over
 * the whole table, which at high rates no disk follows.
 *
 * @param nanos epoch nanoseconds, unique within one queue
 * @param random 48 bits, so that the ids of several OpenWhisks do not meet
 */
public record Stamp(long nanos, long random) {

    /** The most activations that one entry can have. */
    public static final int MAX_ACTIVATIONS = 4_096;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    /** Checks the ranges. */
    public Stamp {
        if (nanos < 0) {
            throw new IllegalArgumentException("nanos must be 0 or more, was " + nanos);
        }
        if (random < 0 || random >= 1L << 48) {
            throw new IllegalArgumentException("random must have 48 bits, was " + random);
        }
    }

    /** Epoch milliseconds. */
    public long millis() {
        return nanos / NANOS_PER_MILLI;
    }

    /** The id of one of the entry's activations, 0 to 4,095; the same whenever it is asked for. */
    public ActivationId id(int index) {
        if (index < 0 || index >= MAX_ACTIVATIONS) {
            throw new IllegalArgumentException("index must be 0 to 4095, was " + index);
        }
        char[] hex = new char[32];
        write(hex, 0, 12, millis());
        write(hex, 12, 5, nanos % NANOS_PER_MILLI);
        write(hex, 17, 3, index);
        write(hex, 20, 12, random);
        return new ActivationId(new String(hex));
    }

    /** The nanoseconds in an id; meaningless for an id that another OpenWhisk made. */
    public static long nanosOf(ActivationId id) {
        return Long.parseLong(id.hex(), 0, 12, 16) * NANOS_PER_MILLI + Long.parseLong(id.hex(), 12, 17, 16);
    }

    /** The number of the activation in an id; meaningless for an id that another OpenWhisk made. */
    public static int indexOf(ActivationId id) {
        return Integer.parseInt(id.hex(), 17, 20, 16);
    }

    private static void write(char[] hex, int from, int length, long value) {
        long rest = value;
        for (int i = from + length - 1; i >= from; i--) {
            hex[i] = DIGITS[(int) (rest & 0xf)];
            rest >>>= 4;
        }
    }
}
