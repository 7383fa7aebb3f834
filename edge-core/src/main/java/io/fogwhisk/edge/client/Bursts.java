package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Bursts of requests: exponentially long periods, each of which begins with a Poisson distributed number of requests, a
 * short pause between an answer and the next request. A burst that takes longer than its period delays the next one.
 */
public final class Bursts implements Arrivals {

    private static final double SMALLEST_BURST = 0.01;
    private static final double LARGEST_BURST = 1e6;

    private final double periodMean;
    private final double burstMean;
    private final Pauses pauses;
    private final RandomGenerator random;
    private double nextPeriod;
    private int left;

    /**
     * A client that has sent nothing.
     *
     * @param periodMean seconds, more than 0
     * @param burstMean requests, 0.01 to a million
     */
    public Bursts(double periodMean, double burstMean, Pauses pauses, RandomGenerator random) {
        this.periodMean = periodMean;
        this.burstMean = burstMean;
        this.pauses = Objects.requireNonNull(pauses, "pauses is null");
        this.random = Objects.requireNonNull(random, "random is null");
        if (!(periodMean > 0) || Double.isInfinite(periodMean)) {
            throw new EdgeException("period-mean must be more than 0, was " + periodMean);
        }
        if (!(burstMean >= SMALLEST_BURST && burstMean <= LARGEST_BURST)) {
            throw new EdgeException("burst-size-mean must be " + SMALLEST_BURST + " to 1000000, was " + burstMean);
        }
        nextPeriod = periodMean * random.nextExponential() / 2;
    }

    @Override
    public double next(double now) {
        if (left > 0) {
            left--;
            return now + pauses.draw(random);
        }
        double start = now;
        int size;
        do {
            start = Math.max(start, nextPeriod);
            nextPeriod = start + periodMean * random.nextExponential();
            size = poisson();
        } while (size == 0);
        left = size - 1;
        return start;
    }

    /** How many events of a Poisson process of rate 1 fall in a time of the mean. */
    private int poisson() {
        int count = -1;
        double time = 0;
        do {
            time += random.nextExponential();
            count++;
        } while (time <= burstMean);
        return count;
    }
}
