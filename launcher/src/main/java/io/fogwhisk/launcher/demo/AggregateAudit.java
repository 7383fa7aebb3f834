package io.fogwhisk.launcher.demo;

import io.fogwhisk.launcher.demo.SensorReading.Measurement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The aggregates of one data centre at the centre, compared with those computed here from its points.
 *
 * @param expected windows times measurements that have readings
 * @param found those of them that are at the centre with the right five values
 */
public record AggregateAudit(int expected, int found) {

    private record WindowKey(Measurement measurement, Instant start) {}

    /**
     * Compares.
     *
     * @param window the windows' length; they are aligned to the epoch and half open
     * @param until windows that end later are left out
     */
    public static AggregateAudit of(
            FluxClient centre, int datacenterId, StoredPoints points, Duration window, Instant until) {
        Map<WindowKey, List<Double>> windows = new HashMap<>();
        points.forEach((key, value) -> {
            long start = key.timestamp() - Math.floorMod(key.timestamp(), window.toMillis());
            if (start + window.toMillis() <= until.toEpochMilli()) {
                windows.computeIfAbsent(
                                new WindowKey(key.measurement(), Instant.ofEpochMilli(start)), any -> new ArrayList<>())
                        .add(value);
            }
        });
        Map<WindowKey, Map<String, Double>> shipped = shipped(centre, datacenterId);
        int found = 0;
        for (Map.Entry<WindowKey, List<Double>> entry : windows.entrySet()) {
            if (matches(entry.getValue(), shipped.getOrDefault(entry.getKey(), Map.of()))) {
                found++;
            }
        }
        return new AggregateAudit(windows.size(), found);
    }

    /** How many aggregates of a data centre are at the centre, right or wrong. */
    public static long count(FluxClient centre, int datacenterId) {
        long[] count = new long[1];
        centre.rows(
                "|> filter(fn: (r) => r._field == \"count\" and r.datacenter_id == \"" + datacenterId + "\")",
                row -> count[0]++);
        return count[0];
    }

    private static Map<WindowKey, Map<String, Double>> shipped(FluxClient centre, int datacenterId) {
        Map<WindowKey, Map<String, Double>> shipped = new HashMap<>();
        for (Measurement measurement : Measurement.values()) {
            centre.rows(
                    "|> filter(fn: (r) => r._measurement == \"" + measurement.key() + "\" and r.datacenter_id == \""
                            + datacenterId + "\")",
                    row -> shipped.computeIfAbsent(
                                    new WindowKey(measurement, FluxClient.time(row)), any -> new HashMap<>())
                            .put(FluxClient.text(row, "_field"), FluxClient.number(row)));
        }
        return shipped;
    }

    private static boolean matches(List<Double> values, Map<String, Double> shipped) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int size = sorted.length;
        double median = (sorted[(size - 1) / 2] + sorted[size / 2]) / 2;
        double mean = Arrays.stream(sorted).sum() / size;
        return near(shipped.get("count"), size)
                && near(shipped.get("min"), sorted[0])
                && near(shipped.get("max"), sorted[size - 1])
                && near(shipped.get("avg"), mean)
                && near(shipped.get("median"), median);
    }

    private static boolean near(@Nullable Double actual, double expected) {
        return actual != null && Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
    }
}
