package io.fogwhisk.influx.line;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the names of a text's fields by their bytes: lines name the same few fields again and again. A fixed number
 * of slots, each the last name that fell into it. Not thread-safe.
 */
final class NameCache {

    private static final int SLOTS = 64;

    private final byte[][] texts = new byte[SLOTS][];
    private final @Nullable String[] names = new @Nullable String[SLOTS];

    /** The name that these bytes mean; null if they are not UTF-8. */
    @Nullable
    String name(byte[] text, int from, int to) {
        int slot = slot(text, from, to);
        byte[] known = texts[slot];
        if (known != null && Arrays.equals(known, 0, known.length, text, from, to)) {
            return names[slot];
        }
        String name = Escapes.undo(text, from, to, true);
        if (name != null) {
            texts[slot] = Arrays.copyOfRange(text, from, to);
            names[slot] = name;
        }
        return name;
    }

    private static int slot(byte[] text, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + text[i];
        }
        return (hash ^ (hash >>> 12)) & (SLOTS - 1);
    }
}
