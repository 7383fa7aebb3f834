package io.fogwhisk.launcher.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the sensors of one site published, and which of it the broker acknowledged: what was acknowledged must be found
 * in the database, once. Thread-safe.
 */
public final class Ledger {

    private final LongAdder published = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Map<Long, Timestamps> devices = new ConcurrentHashMap<>();

    /** Counts a publish before it is sent. */
    public void published() {
        published.increment();
    }

    /** Writes down that the broker acknowledged a device's reading. */
    public void acknowledged(long device, long timestamp) {
        devices.computeIfAbsent(device, key -> new Timestamps()).add(timestamp);
        acknowledged.increment();
    }

    /** Counts a publish that failed: nothing was promised for it. */
    public void failed() {
        failed.increment();
    }

    /** How many readings were published. */
    public long publishedCount() {
        return published.sum();
    }

    /** How many readings the broker acknowledged. */
    public long acknowledgedCount() {
        return acknowledged.sum();
    }

    /** How many publishes are neither acknowledged nor failed. */
    public long outstanding() {
        return published.sum() - acknowledged.sum() - failed.sum();
    }

    /** The acknowledged readings, per device in the order acknowledged. */
    public List<SensorReading> acknowledgedReadings() {
        List<SensorReading> readings = new ArrayList<>();
        devices.forEach((device, timestamps) -> {
            for (long timestamp : timestamps.copy()) {
                readings.add(SensorReading.at(device, timestamp));
            }
        });
        return readings;
    }

    /** The timestamps of one device; the values follow from them. Guarded by itself. */
    private static final class Timestamps {
        private long[] values = new long[64];
        private int size;

        synchronized void add(long timestamp) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = timestamp;
        }

        synchronized long[] copy() {
            return Arrays.copyOf(values, size);
        }
    }
}
