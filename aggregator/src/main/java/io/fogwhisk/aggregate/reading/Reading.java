package io.fogwhisk.aggregate.reading;

import io.fogwhisk.aggregate.influx.LineProtocol;
import io.fogwhisk.aggregate.influx.Points;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a sensor measured at one time. Its identity is measurement, tags, key and time: stored twice, it is one.
 *
 * @param measurement of the one point with all values as its fields; empty for a point per value, whose key is the
 *     measurement
 * @param tags of each point, by name, in their order
 * @param timeNanos epoch nanoseconds
 * @param values by key; at least one
 */
public record Reading(
        Optional<String> measurement, Map<String, String> tags, long timeNanos, Map<String, Value> values) {

    /** The key, and the tag, of the data centre. */
    public static final String DATACENTER_ID = "datacenter_id";

    /** The key, and the tag, of the device. */
    public static final String DEVICE_FINGERPRINT = "device_fingerprint";

    /** The key of the sensor's own time, unless another is configured. */
    public static final String TIMESTAMP = "timestamp";

    /** The one field of a point per value, if that is a number. */
    public static final String FIELD = "value";

    /** Copies the maps, in their order. */
    public Reading {
        Objects.requireNonNull(measurement, "measurement is null");
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a reading must have at least one value");
        }
    }

    /** As line protocol. */
    public Points points() {
        LineProtocol lines = new LineProtocol();
        if (measurement.isPresent()) {
            begin(lines, measurement.get());
            values.forEach((key, value) -> value.addTo(lines, key));
            lines.time(timeNanos);
            return new Points(Points.Kind.READING, lines.toString(), 1);
        }
        values.forEach((key, value) -> {
            begin(lines, key);
            value.addTo(lines, value.ownField());
            lines.time(timeNanos);
        });
        return new Points(Points.Kind.READING, lines.toString(), values.size());
    }

    private void begin(LineProtocol lines, String name) {
        lines.measurement(name);
        tags.forEach(lines::tag);
    }
}
