package io.fogwhisk.aggregate.window;

import java.time.Duration;
import java.time.Instant;

/**
 * A span of time that is half open: a point at {@code start} is in it, one at {@code stop} is in the next.
 *
 * @param start the first moment
 * @param stop the first moment after it
 */
public record Window(Instant start, Instant stop) {

    /** Checks the order. */
    public Window {
        if (!start.isBefore(stop)) {
            throw new IllegalArgumentException("start must be before stop, was " + start + " and " + stop);
        }
    }

    /** From start to stop. */
    public Duration length() {
        return Duration.between(start, stop);
    }
}
