package io.fogwhisk.feed.registry;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What a feed has received and not settled yet.
 *
 * @param messages how many
 * @param oldest when the oldest of them was received
 */
public record Lag(long messages, Optional<Instant> oldest) {

    /** Nothing waits. */
    public static final Lag NONE = new Lag(0, Optional.empty());

    /** Checks for null. */
    public Lag {
        Objects.requireNonNull(oldest, "oldest is null");
    }

    /** Both together. */
    Lag and(Lag other) {
        boolean theirs = oldest.isEmpty()
                || (other.oldest.isPresent() && other.oldest.get().isBefore(oldest.get()));
        Optional<Instant> first = theirs ? other.oldest : oldest;
        return new Lag(messages + other.messages, first);
    }
}
