package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * An interrupted Poisson process: ON periods, in which requests are due one short pause after the other, and OFF periods
 * without any, both exponentially long. The start lies anywhere in a pair of them. When answers are so slow that the ON
 * period ends before its requests are sent, those left are dropped and an OFF period begins.
 */
public final class OnOffPeriods implements Arrivals {

    private final double onMean;
    private final double offMean;
    private final Pauses pauses;
    private final RandomGenerator random;
    private double due;
    private double end;

    /**
     * A client that has sent nothing.
     *
     * @param onMean seconds, more than 0
     * @param offMean seconds, at least 0
     */
    public OnOffPeriods(double onMean, double offMean, Pauses pauses, RandomGenerator random) {
        this.onMean = onMean;
        this.offMean = offMean;
        this.pauses = Objects.requireNonNull(pauses, "pauses is null");
        this.random = Objects.requireNonNull(random, "random is null");
        if (!(onMean > 0) || Double.isInfinite(onMean)) {
            throw new EdgeException("on-mean must be more than 0, was " + onMean);
        }
        if (!(offMean >= 0) || Double.isInfinite(offMean)) {
            throw new EdgeException("off-mean must be at least 0, was " + offMean);
        }
        double on = onMean * random.nextExponential();
        double off = offMean * random.nextExponential();
        double start = (on + off) * random.nextDouble();
        if (start < on) {
            end = on - start;
        } else {
            begin(on + off - start);
        }
    }

    @Override
    public double next(double now) {
        if (due >= end || now >= end) {
            begin(Math.max(now, end) + offMean * random.nextExponential());
        }
        double at = due;
        due += pauses.draw(random);
        return at;
    }

    private void begin(double start) {
        due = start;
        end = start + onMean * random.nextExponential();
    }
}
