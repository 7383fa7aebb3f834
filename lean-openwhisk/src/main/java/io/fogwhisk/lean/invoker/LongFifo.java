package io.fogwhisk.lean.invoker;

/** Numbers, first in first out, eight bytes each. Belongs to one thread, or one lock. */
final class LongFifo {

    private static final int INITIAL = 64;

    private long[] ring = new long[INITIAL];
    private int first;
    private int size;

    int size() {
        return size;
    }

    void add(long number) {
        if (size == ring.length) {
            long[] larger = new long[size * 2];
            copyTo(larger, size);
            ring = larger;
            first = 0;
        }
        ring[(first + size) % ring.length] = number;
        size++;
    }

    /** The first few, which stay. */
    long[] first(int max) {
        long[] few = new long[Math.min(max, size)];
        copyTo(few, few.length);
        return few;
    }

    /** Removes the first few. */
    void remove(int count) {
        if (count > size) {
            throw new IllegalArgumentException("there are " + size + " numbers, not " + count);
        }
        first = (first + count) % ring.length;
        size -= count;
        if (size == 0 && ring.length > INITIAL) {
            ring = new long[INITIAL];
            first = 0;
        }
    }

    private void copyTo(long[] target, int count) {
        int upToEnd = Math.min(count, ring.length - first);
        System.arraycopy(ring, first, target, 0, upToEnd);
        System.arraycopy(ring, 0, target, upToEnd, count - upToEnd);
    }
}
