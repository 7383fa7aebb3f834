package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.syntax.Position;

/** A text that is put together, and must not become too long. Not thread-safe. */
public final class BoundedText {

    /** Longer is no query, but an attempt to exhaust the memory. */
    public static final int MAX_LENGTH = 1 << 20;

    private final StringBuilder text = new StringBuilder();
    private final Position at;

    /**
     * An empty text.
     *
     * @param at what makes it, for the message if it becomes too long
     */
    public BoundedText(Position at) {
        this.at = at;
    }

    /**
     * Adds a text.
     *
     * @throws io.fogwhisk.influx.InfluxException if the whole becomes longer than {@link #MAX_LENGTH}
     */
    public BoundedText append(String part) {
        return append(part, 0, part.length());
    }

    /** Adds the part of a text that begins at {@code from} and ends before {@code to}; see {@link #append(String)}. */
    public BoundedText append(String whole, int from, int to) {
        if (to - from > MAX_LENGTH - text.length()) {
            throw tooLong(at);
        }
        text.append(whole, from, to);
        return this;
    }

    /** What is said of a text that becomes too long. */
    public static RuntimeException tooLong(Position at) {
        return at.error("a text grows longer than " + MAX_LENGTH + " characters");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
