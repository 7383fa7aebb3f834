package io.fogwhisk.bridge.computer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How long lambdas took so far: a moving average of each, for a bounded number of lambdas. Thread-safe. */
final class Durations {

    private static final int MAX_LAMBDAS = 10_000;
    private static final double WEIGHT_OF_LATEST = 0.2;

    private final Map<String, Double> millis = new ConcurrentHashMap<>();

    void add(String lambda, long nanos) {
        double latest = nanos / 1e6;
        if (millis.size() >= MAX_LAMBDAS && !millis.containsKey(lambda)) {
            millis.clear();
        }
        millis.merge(lambda, latest, (old, now) -> old + WEIGHT_OF_LATEST * (now - old));
    }

    /** In milliseconds: 0 for a lambda that was never measured, at least 1 for any other. */
    int estimate(String lambda) {
        Double known = millis.get(lambda);
        return known == null ? 0 : (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round(known)));
    }
}
