package io.fogwhisk.edge.policy;

/** Leaves every weight as it was configured. */
final class NoOptimizer implements WeightOptimizer {

    @Override
    public void answered(Destination destination, double seconds, long now) {
        // The weight is the operator's.
    }

    @Override
    public boolean learns() {
        return false;
    }
}
