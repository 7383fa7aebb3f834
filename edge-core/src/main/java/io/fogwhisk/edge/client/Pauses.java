package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.random.RandomGenerator;

/**
 * The time between the requests of one batch, evenly distributed.
 *
 * @param min seconds, at least 0
 * @param max seconds, more than 0 and at least {@code min}
 */
public record Pauses(double min, double max) {

    /** Checks the range. */
    public Pauses {
        if (!(min >= 0) || !(max > 0) || !(min <= max) || Double.isInfinite(max)) {
            throw new EdgeException(
                    "min-sleep must be at least 0 and at most max-sleep, which must be more than 0, were " + min
                            + " and " + max);
        }
    }

    double draw(RandomGenerator random) {
        return min + (max - min) * random.nextDouble();
    }
}
