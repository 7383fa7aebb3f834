package io.fogwhisk.aggregate.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.LineProtocol;
import io.fogwhisk.aggregate.reading.ReadingRules.Conversion;
import io.fogwhisk.aggregate.reading.ReadingRules.FieldRule;
import io.fogwhisk.aggregate.reading.ReadingRules.TimeUnit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a reading of the fields of a message by the rules. */
final class ReadingFields {

    /** 1973: an earlier number is of another unit, or comes from a clock that was never set. */
    private static final BigDecimal MIN_NANOS = BigDecimal.valueOf(100_000_000_000_000_000L);
    /** 2262: the last that fits nanoseconds, with room for a batch's. */
    private static final BigDecimal MAX_NANOS = BigDecimal.valueOf(Long.MAX_VALUE - 1_000_000);

    private static final int MAX_DEPTH = 16;

    private final ReadingRules rules;
    private final Optional<String> topic;
    private final long acceptedNanos;

    ReadingFields(ReadingRules rules, Optional<String> topic, long acceptedNanos) {
        this.rules = rules;
        this.topic = topic;
        this.acceptedNanos = acceptedNanos;
    }

    Message read(ObjectNode message, String payload) {
        try {
            return read(rules.separator().isPresent() ? flat(message) : fields(message), payload);
        } catch (AggregateException e) {
            return new Message.Bad(String.valueOf(e.getMessage()), payload);
        }
    }

    private Message read(Map<String, JsonNode> fields, String payload) {
        Map<String, String> levels = levels();
        Map<String, String> tags = tags(fields, levels);
        long nanos = nanos(fields.get(rules.timestampKey()));
        Map<String, Value> values = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        if (rules.fields().isEmpty()) {
            fields.forEach((key, node) -> {
                if (!isReserved(key)) {
                    put(values, faults, key, node, FieldRule.usual(key));
                }
            });
        } else {
            rules.fields().forEach((key, rule) -> {
                JsonNode node = fields.get(key);
                if (node != null) {
                    put(values, faults, key, node, rule);
                }
            });
        }
        if (values.isEmpty()) {
            String reason = faults.isEmpty() ? "the reading has no measurement" : String.join("; ", faults);
            return new Message.Bad(reason, payload);
        }
        Optional<String> measurement = rules.measurement().or(() -> TopicTags.measurement(levels));
        return new Message.Good(new Reading(measurement, tags, nanos, values), faults, payload);
    }

    private Map<String, String> levels() {
        if (rules.topicTags().isEmpty()) {
            return Map.of();
        }
        String name = topic.orElseThrow(
                () -> new AggregateException("the message has no topic: subscribe its feed with include: [topic]"));
        Map<String, String> levels = rules.topicTags()
                .get()
                .of(name)
                .orElseThrow(() ->
                        new AggregateException("the topic " + shorten(name) + " does not have the levels of topicTags ("
                                + rules.topicTags().get() + ")"));
        levels.forEach((level, value) -> LineProtocol.fault(value).ifPresent(fault -> {
            throw new AggregateException(level + " of the topic " + shorten(name) + " " + fault);
        }));
        return levels;
    }

    /** Those of the message first; a level of the topic stands in for a key that is missing. */
    private Map<String, String> tags(Map<String, JsonNode> fields, Map<String, String> levels) {
        Map<String, String> tags = new LinkedHashMap<>();
        rules.tags().forEach((key, name) -> {
            JsonNode node = fields.get(key);
            String level = levels.get(name);
            tags.put(name, node == null && level != null ? level : tag(key, node));
        });
        levels.forEach((name, value) -> {
            if (!TopicTags.isMeasurement(name)) {
                tags.putIfAbsent(name, value);
            }
        });
        return tags;
    }

    private static String tag(String key, @Nullable JsonNode node) {
        if (node == null) {
            throw new AggregateException(key + " is missing");
        }
        String text;
        if (node.isTextual()) {
            text = node.textValue();
        } else if (node.isNumber() && node.canConvertToExactIntegral() && node.canConvertToLong()) {
            text = Long.toString(node.longValue());
        } else {
            throw new AggregateException(key + " must be a whole number or a text, was " + shorten(node.toString()));
        }
        LineProtocol.fault(text).ifPresent(fault -> {
            throw new AggregateException(key + " " + fault);
        });
        return text;
    }

    private void put(Map<String, Value> values, List<String> faults, String key, JsonNode node, FieldRule rule) {
        Optional<String> name = LineProtocol.fault(rule.name());
        if (name.isPresent()) {
            faults.add("key " + shorten(key) + " " + name.get());
            return;
        }
        Conversion unit = rules.units().getOrDefault(key, Conversion.NONE);
        rule.type()
                .of(node, unit)
                .ifPresentOrElse(value -> values.put(rule.name(), value), () -> faults.add(fault(key, node, rule)));
    }

    private static String fault(String key, JsonNode node, FieldRule rule) {
        if (node.isNumber()) {
            return "key " + key + " is out of the range of "
                    + (rule.type() == Value.Type.INTEGER ? "an integer" : "a float");
        }
        String kind = node.getNodeType().name().toLowerCase(Locale.ROOT);
        return "key " + key + " must be "
                + (rule.type() == Value.Type.STRING ? "a text of at most 64,000 characters" : "a number or a boolean")
                + ", was of type " + kind;
    }

    private boolean isReserved(String key) {
        return key.equals(rules.timestampKey())
                || rules.tags().containsKey(key)
                || rules.exclude().contains(key);
    }

    private long nanos(@Nullable JsonNode timestamp) {
        if (timestamp == null) {
            return acceptedNanos;
        }
        TimeUnit unit = rules.timestampUnit();
        Optional<BigDecimal> nanos = unit == TimeUnit.RFC3339 ? ofText(timestamp) : ofNumber(timestamp, unit);
        return nanos.filter(each -> each.compareTo(MIN_NANOS) >= 0 && each.compareTo(MAX_NANOS) <= 0)
                .orElseThrow(() -> new AggregateException(rules.timestampKey() + " must be " + expected(unit)
                        + " after 1973, was " + shorten(timestamp.toString())))
                .longValue();
    }

    private static String expected(TimeUnit unit) {
        return switch (unit) {
            case S -> "a number of epoch seconds";
            case MS -> "a whole number of epoch milliseconds";
            case US -> "a whole number of epoch microseconds";
            case NS -> "a whole number of epoch nanoseconds";
            case RFC3339 -> "a time such as 2026-03-01T10:00:00Z";
        };
    }

    private static Optional<BigDecimal> ofNumber(JsonNode node, TimeUnit unit) {
        boolean whole = node.isNumber() && node.canConvertToExactIntegral() && node.canConvertToLong();
        if (whole) {
            return Optional.of(BigDecimal.valueOf(node.longValue()).multiply(BigDecimal.valueOf(unit.nanos())));
        }
        if (unit == TimeUnit.S && node.isNumber() && Double.isFinite(node.doubleValue())) {
            return Optional.of(node.decimalValue()
                    .multiply(BigDecimal.valueOf(unit.nanos()))
                    .setScale(0, RoundingMode.HALF_EVEN));
        }
        return Optional.empty();
    }

    private static Optional<BigDecimal> ofText(JsonNode node) {
        if (!node.isTextual()) {
            return Optional.empty();
        }
        try {
            Instant time = OffsetDateTime.parse(node.textValue()).toInstant();
            return Optional.of(BigDecimal.valueOf(time.getEpochSecond())
                    .multiply(BigDecimal.valueOf(TimeUnit.S.nanos()))
                    .add(BigDecimal.valueOf(time.getNano())));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Map<String, JsonNode> fields(ObjectNode message) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        message.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    private Map<String, JsonNode> flat(ObjectNode message) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        flatten(message, "", 1, fields);
        return fields;
    }

    private void flatten(JsonNode node, String prefix, int depth, Map<String, JsonNode> into) {
        if (depth > MAX_DEPTH) {
            throw new AggregateException("the reading is nested deeper than " + MAX_DEPTH + " objects");
        }
        node.properties().forEach(field -> {
            String key = prefix + field.getKey();
            if (field.getValue().isObject()) {
                flatten(field.getValue(), key + rules.separator().orElse(""), depth + 1, into);
            } else if (into.put(key, field.getValue()) != null) {
                throw new AggregateException("the reading has the key " + shorten(key) + " twice when it is flattened");
            }
        });
    }

    private static String shorten(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
