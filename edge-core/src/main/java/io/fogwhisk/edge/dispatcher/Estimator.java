package io.fogwhisk.edge.dispatcher;

import java.util.Optional;

/** How long a lambda will take at one destination, by the answers that it gave. Thread-safe. */
interface Estimator {

    /**
     * How long a call will take.
     *
     * @param size bytes of the input
     * @param load of the destination, percent
     * @return seconds, at least 0, or {@link Double#NaN} if nothing is known
     */
    double seconds(int size, int load, long now);

    /** A call ended well. */
    void learn(Measurement measurement);

    /** What estimates for one lambda at one destination; empty if destinations are asked instead. */
    static Optional<Estimator> of(EstimatorConfig config) {
        if (config instanceof EstimatorConfig.Rtt rtt) {
            return Optional.of(new RttEstimator(rtt.window(), rtt.stale().toNanos()));
        }
        if (config instanceof EstimatorConfig.Utilization util) {
            RttEstimator way = new RttEstimator(util.window(), util.stale().toNanos());
            return Optional.of(new LoadEstimator(Optional.of(way), util.loadWindow()));
        }
        if (config instanceof EstimatorConfig.Delay delay) {
            return Optional.of(new LoadEstimator(Optional.empty(), delay.loadWindow()));
        }
        return Optional.empty();
    }

    /**
     * What a call told.
     *
     * @param size bytes of the input
     * @param seconds how long it took, seen from here
     * @param processingSeconds how much of it the function ran
     * @param load of the destination when it came, percent
     * @param now when it ended
     */
    record Measurement(int size, double seconds, double processingSeconds, int load, long now) {}
}
