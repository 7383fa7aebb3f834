package io.fogwhisk.aggregate.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.influx.LineProtocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The rules for the fields of a reading. */
final class ReadingFields {

    /** 1973: an earlier number is seconds, or comes from a clock that was never set. */
    private static final long MIN_MILLIS = 100_000_000_000L;
    /** 2262: the last that fits nanoseconds. */
    private static final long MAX_MILLIS = Long.MAX_VALUE / 1_000_000 - 1;

    private ReadingFields() {}

    static Message read(ObjectNode fields, String payload, long acceptedNanos) {
        Id datacenter = Id.of(fields, Reading.DATACENTER_ID);
        Id device = Id.of(fields, Reading.DEVICE_FINGERPRINT);
        if (datacenter.fault.isPresent() || device.fault.isPresent()) {
            return new Message.Bad(datacenter.fault.or(() -> device.fault).orElseThrow(), payload);
        }
        long nanos = acceptedNanos;
        JsonNode timestamp = fields.get(Reading.TIMESTAMP);
        if (timestamp != null) {
            if (!isMillis(timestamp)) {
                return new Message.Bad(
                        "timestamp must be a whole number of epoch milliseconds after 1973, was "
                                + shorten(timestamp.toString()),
                        payload);
            }
            nanos = timestamp.longValue() * 1_000_000;
        }
        Map<String, Double> values = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        fields.properties().forEach(field -> {
            String key = field.getKey();
            if (!isReserved(key)) {
                Optional<String> fault = fault(key, field.getValue());
                if (fault.isPresent()) {
                    faults.add(fault.get());
                } else {
                    values.put(key, value(field.getValue()));
                }
            }
        });
        if (values.isEmpty()) {
            String reason = faults.isEmpty() ? "the reading has no measurement" : String.join("; ", faults);
            return new Message.Bad(reason, payload);
        }
        return new Message.Good(new Reading(datacenter.text, device.text, nanos, values), faults, payload);
    }

    private static boolean isReserved(String key) {
        return key.equals(Reading.DATACENTER_ID)
                || key.equals(Reading.DEVICE_FINGERPRINT)
                || key.equals(Reading.TIMESTAMP);
    }

    private static boolean isMillis(JsonNode node) {
        if (!node.isNumber() || !(node.canConvertToExactIntegral() && node.canConvertToLong())) {
            return false;
        }
        long millis = node.longValue();
        return millis >= MIN_MILLIS && millis <= MAX_MILLIS;
    }

    private static Optional<String> fault(String key, JsonNode value) {
        Optional<String> name = LineProtocol.fault(key);
        if (name.isPresent()) {
            return Optional.of("key " + shorten(key) + " " + name.get());
        }
        if (!value.isNumber() && !value.isBoolean()) {
            String kind = value.getNodeType().name().toLowerCase(Locale.ROOT);
            return Optional.of("key " + key + " must be a number or a boolean, was of type " + kind);
        }
        if (!Double.isFinite(value(value))) {
            return Optional.of("key " + key + " is out of the range of a float");
        }
        return Optional.empty();
    }

    private static double value(JsonNode node) {
        return node.isBoolean() ? (node.booleanValue() ? 1 : 0) : node.doubleValue();
    }

    private static String shorten(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    /** A tag value that names the data centre or the device. */
    private record Id(String text, Optional<String> fault) {

        static Id of(ObjectNode fields, String key) {
            JsonNode node = fields.get(key);
            if (node == null) {
                return new Id("", Optional.of(key + " is missing"));
            }
            String text;
            if (node.isTextual()) {
                text = node.textValue();
            } else if (node.isNumber() && node.canConvertToExactIntegral() && node.canConvertToLong()) {
                text = Long.toString(node.longValue());
            } else {
                return new Id(
                        "", Optional.of(key + " must be a whole number or a text, was " + shorten(node.toString())));
            }
            return new Id(text, LineProtocol.fault(text).map(fault -> key + " " + fault));
        }
    }
}
