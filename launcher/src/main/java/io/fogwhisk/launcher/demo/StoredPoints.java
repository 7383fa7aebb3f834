package io.fogwhisk.launcher.demo;

import io.fogwhisk.launcher.demo.SensorReading.Measurement;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The points of one data centre as its database holds them, by identity. Not thread-safe. */
public final class StoredPoints {

    private final Map<Key, Double> values = new HashMap<>();
    private long duplicates;

    /**
     * The identity of a point.
     *
     * @param timestamp epoch milliseconds
     */
    public record Key(Measurement measurement, long device, long timestamp) {}

    /** Reads every point of a data centre. */
    public static StoredPoints read(FluxClient local, int datacenterId) {
        StoredPoints points = new StoredPoints();
        for (Measurement measurement : Measurement.values()) {
            local.rows(
                    "|> filter(fn: (r) => r._measurement == \"" + measurement.key() + "\" and r.datacenter_id == \""
                            + datacenterId + "\")",
                    row -> points.add(
                            new Key(
                                    measurement,
                                    Long.parseLong(FluxClient.text(row, "device_fingerprint")),
                                    FluxClient.time(row).toEpochMilli()),
                            FluxClient.number(row)));
        }
        return points;
    }

    /** Adds a point; a second one of the same identity is a duplicate. */
    void add(Key key, double value) {
        if (values.put(key, value) != null) {
            duplicates++;
        }
    }

    /** How many points there are beyond the first of their identity. */
    public long duplicates() {
        return duplicates;
    }

    /** How many of the readings are complete, every measurement with its value. */
    public long found(Collection<SensorReading> readings) {
        return readings.stream().filter(this::holds).count();
    }

    /** How many complete readings there are, whoever published them. */
    public long complete() {
        return values.keySet().stream()
                .filter(key -> key.measurement() == Measurement.TEMPERATURE)
                .filter(key -> holds(SensorReading.at(key.device(), key.timestamp())))
                .count();
    }

    /** Hands over every point. */
    void forEach(BiConsumer<Key, Double> consumer) {
        values.forEach(consumer);
    }

    private boolean holds(SensorReading reading) {
        for (Measurement measurement : Measurement.values()) {
            Double value = values.get(new Key(measurement, reading.device(), reading.timestamp()));
            if (value == null || value != reading.value(measurement)) {
                return false;
            }
        }
        return true;
    }
}
