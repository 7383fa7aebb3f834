package io.fogwhisk.edge.dispatcher;

/** Expects the way there and back only, which depends on the size: the line through (size, time - processing time). */
final class RttEstimator implements Estimator {

    private final SampleWindow window;

    RttEstimator(int windowSize, long staleNanos) {
        window = new SampleWindow(windowSize, staleNanos);
    }

    @Override
    public synchronized double seconds(int size, int load, long now) {
        return window.isEmpty(now) ? Double.NaN : Math.max(0, window.at(size, now));
    }

    @Override
    public synchronized void learn(Measurement measurement) {
        window.add(
                measurement.size(),
                Math.max(0, measurement.seconds() - measurement.processingSeconds()),
                measurement.now());
    }
}
