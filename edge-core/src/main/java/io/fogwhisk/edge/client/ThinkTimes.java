package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** The first request at once, the others some time after the answer to the former one. */
public final class ThinkTimes implements Arrivals {

    private final Spread spread;
    private final double mean;
    private final RandomGenerator random;
    private boolean begun;

    /** How the times differ. */
    public enum Spread {
        /** Not at all. */
        CONSTANT,
        /** Evenly between zero and twice the mean. */
        UNIFORM,
        /** Exponentially. */
        POISSON
    }

    /**
     * A client that has sent nothing.
     *
     * @param mean in seconds, at least 0
     */
    public ThinkTimes(Spread spread, double mean, RandomGenerator random) {
        this.spread = Objects.requireNonNull(spread, "spread is null");
        this.mean = mean;
        this.random = Objects.requireNonNull(random, "random is null");
        if (!(mean >= 0) || Double.isInfinite(mean)) {
            throw new EdgeException("the mean time between requests must be at least 0, was " + mean);
        }
    }

    @Override
    public double next(double now) {
        if (!begun) {
            begun = true;
            return now;
        }
        return now
                + switch (spread) {
                    case CONSTANT -> mean;
                    case UNIFORM -> 2 * mean * random.nextDouble();
                    case POISSON -> mean * random.nextExponential();
                };
    }
}
