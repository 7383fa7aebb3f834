package io.fogwhisk.edge.dispatcher;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Expects what depends on the load: for each size, the line through (load, time). The time is that of processing, to
 * which the way there and back is added, or the whole. Of the sizes, those used last are remembered.
 */
final class LoadEstimator implements Estimator {

    private static final int SIZES = 64;

    private final Optional<RttEstimator> rtt;
    private final int windowSize;
    private final Map<Integer, SampleWindow> bySize = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, SampleWindow> eldest) {
            return size() > SIZES;
        }
    };

    /** @param rtt expects the way there and back; empty if the whole time is taken */
    LoadEstimator(Optional<RttEstimator> rtt, int windowSize) {
        this.rtt = rtt;
        this.windowSize = windowSize;
    }

    @Override
    public synchronized double seconds(int size, int load, long now) {
        double way = rtt.map(each -> each.seconds(size, load, now)).orElse(Double.NaN);
        SampleWindow window = bySize.get(size);
        if (window == null) {
            return way;
        }
        return Math.max(0, window.at(load, now)) + (Double.isNaN(way) ? 0 : way);
    }

    @Override
    public synchronized void learn(Measurement measurement) {
        rtt.ifPresent(each -> each.learn(measurement));
        bySize.computeIfAbsent(measurement.size(), size -> new SampleWindow(windowSize, 0))
                .add(
                        measurement.load(),
                        rtt.isPresent() ? measurement.processingSeconds() : measurement.seconds(),
                        measurement.now());
    }
}
