package io.fogwhisk.edge.policy;

import io.fogwhisk.base.config.KeyValueText;

/**
 * Lets a weight follow as an exponential average, {@code alpha} of the old one and the rest of the latest answer. The
 * latest alone counts if there was none before it within five seconds.
 *
 * @param alpha 0 (the latest counts alone) to 1 (the first counts for ever)
 */
record AverageOptimizer(double alpha) implements WeightOptimizer {

    static AverageOptimizer read(KeyValueText values) {
        if (values.text("alpha").isEmpty()) {
            values.fault("alpha", "is missing, async needs a number from 0 to 1");
        }
        double alpha = values.number("alpha", 0, 0);
        if (alpha > 1) {
            values.fault("alpha", "must be a number from 0 to 1, was " + alpha);
        }
        return new AverageOptimizer(alpha);
    }

    @Override
    public void answered(Destination destination, double seconds, long now) {
        destination.weigh(destination.fresh(now) ? (1 - alpha) * seconds + alpha * destination.weight() : seconds);
    }
}
