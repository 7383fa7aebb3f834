package io.fogwhisk.edge.policy;

import io.fogwhisk.base.config.KeyValueText;
import java.time.Duration;

/**
 * Sets each weight at the end of a period to the mean, minimum or maximum of the latencies in it; whoever was not used
 * keeps its weight. The first answer of a destination counts at once, for until then its weight says nothing.
 */
record PeriodOptimizer(Duration period, Statistic statistic) implements WeightOptimizer {

    private static final double DEFAULT_PERIOD = 10;
    private static final double SHORTEST_PERIOD = 0.001;

    /** What of a period counts. */
    enum Statistic {
        MEAN,
        MIN,
        MAX
    }

    static PeriodOptimizer read(KeyValueText values) {
        double seconds = values.number("period", DEFAULT_PERIOD, SHORTEST_PERIOD);
        String statistic = values.text("stat", "mean");
        return new PeriodOptimizer(
                Duration.ofNanos((long) (seconds * 1e9)),
                switch (statistic) {
                    case "mean" -> Statistic.MEAN;
                    case "min" -> Statistic.MIN;
                    case "max" -> Statistic.MAX;
                    default -> {
                        values.fault("stat", "must be mean, min or max, was '" + statistic + "'");
                        yield Statistic.MEAN;
                    }
                });
    }

    @Override
    public void answered(Destination destination, double seconds, long now) {
        if (destination.samples == 0) {
            destination.sampled = seconds;
        } else {
            destination.sampled = switch (statistic) {
                case MEAN -> destination.sampled + seconds;
                case MIN -> Math.min(destination.sampled, seconds);
                case MAX -> Math.max(destination.sampled, seconds);
            };
        }
        destination.samples++;
        if (!destination.weighed()) {
            destination.weigh(seconds);
        }
    }

    @Override
    public void periodEnded(Destination destination) {
        if (destination.samples > 0) {
            destination.weigh(
                    statistic == Statistic.MEAN ? destination.sampled / destination.samples : destination.sampled);
            destination.samples = 0;
        }
    }
}
