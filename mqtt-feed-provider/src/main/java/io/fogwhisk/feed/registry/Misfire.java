package io.fogwhisk.feed.registry;

import io.fogwhisk.feed.FeedException;
import java.util.Locale;

/** What becomes of the ticks that passed while no provider was there to fire them. */
public enum Misfire {
    /** Nothing. */
    SKIP,
    /** One fire for all of them, as soon as a provider is there again. */
    ONCE,
    /** A fire for each, the oldest first; of more than a thousand, for the last thousand. */
    ALL;

    /** As users write it. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads what a user wrote.
     *
     * @throws FeedException if it is none of them
     */
    static Misfire parse(String text) {
        for (Misfire each : values()) {
            if (each.text().equals(text)) {
                return each;
            }
        }
        throw new FeedException("misfire must be skip, once or all, was '" + text + "'");
    }
}
