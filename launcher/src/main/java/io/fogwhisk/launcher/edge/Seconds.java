package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Times that options give in seconds, as the programs of ServerlessOnEdge do. Stateless. */
final class Seconds {

    private static final double NANOS = 1e9;

    private Seconds() {}

    /**
     * A time within a range.
     *
     * @param option its name, for messages
     * @throws ConfigException if it is shorter or longer, or no number
     */
    static Duration within(String option, double seconds, double shortest, double longest) {
        if (!(seconds >= shortest && seconds <= longest)) {
            throw new ConfigException(List.of(String.format(
                    Locale.ROOT, "%s must be from %s to %.0f seconds, was %s", option, shortest, longest, seconds)));
        }
        return of(seconds);
    }

    /** A time that is known to be in range. */
    static Duration of(double seconds) {
        return Duration.ofNanos(Math.round(seconds * NANOS));
    }
}
