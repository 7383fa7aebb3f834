package io.fogwhisk.aggregate.reading;

import io.fogwhisk.aggregate.influx.LineProtocol;
import io.fogwhisk.aggregate.influx.Points;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a sensor measured at one time. Its identity is data centre, device, key and time: stored twice, it is one.
 *
 * @param datacenterId of the data centre, as a tag value
 * @param deviceFingerprint of the device, as a tag value
 * @param timeNanos epoch nanoseconds
 * @param values finite, by key; at least one
 */
public record Reading(String datacenterId, String deviceFingerprint, long timeNanos, Map<String, Double> values) {

    /** The key, and the tag, of the data centre. */
    public static final String DATACENTER_ID = "datacenter_id";

    /** The key, and the tag, of the device. */
    public static final String DEVICE_FINGERPRINT = "device_fingerprint";

    /** The key of the sensor's own time, in epoch milliseconds. */
    public static final String TIMESTAMP = "timestamp";

    /** The one field of a reading's points. */
    public static final String FIELD = "value";

    /** Copies the values, in their order. */
    public Reading {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a reading must have at least one value");
        }
    }

    /** One point per value: the key is the measurement, the ids are its tags. */
    public Points points() {
        LineProtocol lines = new LineProtocol();
        values.forEach((key, value) -> lines.measurement(key)
                .tag(DATACENTER_ID, datacenterId)
                .tag(DEVICE_FINGERPRINT, deviceFingerprint)
                .field(FIELD, value)
                .time(timeNanos));
        return new Points(Points.Kind.READING, lines.toString(), values.size());
    }
}
