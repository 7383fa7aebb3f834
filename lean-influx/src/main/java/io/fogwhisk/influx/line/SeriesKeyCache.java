package io.fogwhisk.influx.line;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the series keys of recent lines by their bytes, so that a series that writes again and again is parsed
 * once. A fixed number of slots, each the last key of at most {@value #MAX_BYTES} bytes that fell into it. Thread-safe.
 */
public final class SeriesKeyCache {

    /** A longer key is parsed each time: many of them would fill the memory. */
    private static final int MAX_BYTES = 1_024;

    private final AtomicReferenceArray<@Nullable Slot> slots;

    /**
     * An empty cache.
     *
     * @param slots a power of two
     */
    public SeriesKeyCache(int slots) {
        if (Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("slots must be a power of two, was " + slots);
        }
        this.slots = new AtomicReferenceArray<>(slots);
    }

    @Nullable
    SeriesKey get(byte[] text, int from, int to) {
        Slot slot = slots.get(index(text, from, to));
        return slot != null && Arrays.equals(slot.text, 0, slot.text.length, text, from, to) ? slot.key : null;
    }

    void put(byte[] text, int from, int to, SeriesKey key) {
        if (to - from <= MAX_BYTES) {
            slots.set(index(text, from, to), new Slot(Arrays.copyOfRange(text, from, to), key));
        }
    }

    private int index(byte[] text, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + text[i];
        }
        return (hash ^ (hash >>> 15)) & (slots.length() - 1);
    }

    private static final class Slot {
        private final byte[] text;
        private final SeriesKey key;

        Slot(byte[] text, SeriesKey key) {
            this.text = text;
            this.key = key;
        }
    }
}
