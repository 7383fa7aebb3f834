package io.fogwhisk.aggregate.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.LineProtocol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How a reading becomes points, from the action's parameters; {@code docs/aggregates.md} has them all.
 *
 * @param layout parameter {@code layout}
 * @param measurement parameter {@code measurement}, for the layout {@code fields}
 * @param timestampKey parameter {@code timestampKey}: where the device's time is
 * @param timestampUnit parameter {@code timestampUnit}: what it counts
 * @param tags parameter {@code tags}: the keys that become tags; all of them must be there
 * @param fields parameter {@code fields}: the keys that become values; empty for every other key
 * @param units parameter {@code units}: how the numbers of a key are converted
 * @param exclude parameter {@code exclude}: keys that are left out
 * @param topicTags parameter {@code topicTags}: what the levels of the topic are
 * @param separator parameter {@code flatten}: what is put between the keys of nested objects
 */
public record ReadingRules(
        Layout layout,
        Optional<String> measurement,
        String timestampKey,
        TimeUnit timestampUnit,
        Map<String, String> tags,
        Map<String, FieldRule> fields,
        Map<String, Conversion> units,
        Set<String> exclude,
        Optional<TopicTags> topicTags,
        Optional<String> separator) {

    /** What a site that configures nothing does: the layout of the first version of this pipeline. */
    public static final ReadingRules USUAL = new ReadingRules(
            Layout.REFERENCE,
            Optional.empty(),
            Reading.TIMESTAMP,
            TimeUnit.MS,
            usualTags(),
            Map.of(),
            Map.of(),
            Set.of(),
            Optional.empty(),
            Optional.empty());

    /** The parameters. */
    static final List<String> PARAMETERS = List.of(
            "layout",
            "measurement",
            "timestampKey",
            "timestampUnit",
            "tags",
            "fields",
            "exclude",
            "units",
            "topicTags",
            "flatten");

    /** Copies what can change. */
    public ReadingRules {
        Objects.requireNonNull(layout, "layout is null");
        Objects.requireNonNull(timestampUnit, "timestampUnit is null");
        Objects.requireNonNull(topicTags, "topicTags is null");
        Objects.requireNonNull(separator, "separator is null");
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        units = Map.copyOf(units);
        exclude = Set.copyOf(exclude);
        boolean named = measurement.isPresent()
                || topicTags.filter(TopicTags::namesMeasurement).isPresent();
        if (named != (layout == Layout.FIELDS)) {
            throw new AggregateException(
                    layout == Layout.FIELDS
                            ? "layout fields needs a measurement: give the parameter measurement, or a level of that"
                                    + " name in topicTags"
                            : "measurement is for the layout fields: in the layout reference each key is one");
        }
    }

    /** What a point is. */
    public enum Layout {
        /** One value: the key is the measurement, the field is {@code value}, of other types than numbers their word. */
        REFERENCE,
        /** One reading: each key is a field. */
        FIELDS
    }

    /** What the device's time is. */
    public enum TimeUnit {
        /** Epoch seconds, with a fraction if the device has it. */
        S(1_000_000_000L),
        /** Epoch milliseconds. */
        MS(1_000_000L),
        /** Epoch microseconds. */
        US(1_000L),
        /** Epoch nanoseconds. */
        NS(1L),
        /** A text such as {@code 2026-03-01T10:00:00Z}. */
        RFC3339(0L);

        private final long nanos;

        TimeUnit(long nanos) {
            this.nanos = nanos;
        }

        /** How many nanoseconds one is; 0 for a text. */
        long nanos() {
            return nanos;
        }

        /** The word that users write. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How a key becomes a value.
     *
     * @param name the measurement, or the field
     * @param type of the field
     */
    public record FieldRule(String name, Value.Type type) {

        static FieldRule usual(String key) {
            return new FieldRule(key, Value.Type.FLOAT);
        }
    }

    /** How a number becomes one of another unit: {@code number * scale + offset}. */
    public record Conversion(double scale, double offset) {

        /** Leaves a number as it is. */
        static final Conversion NONE = new Conversion(1, 0);
    }

    /**
     * Reads the parameters.
     *
     * @throws AggregateException naming the parameter that is wrong
     */
    public static ReadingRules of(ObjectNode params) {
        if (PARAMETERS.stream().noneMatch(params::hasNonNull)) {
            return USUAL;
        }
        RuleParams read = new RuleParams(params);
        return new ReadingRules(
                read.choice("layout", Layout.REFERENCE),
                read.name("measurement"),
                read.text("timestampKey").orElse(Reading.TIMESTAMP),
                read.choice("timestampUnit", TimeUnit.MS),
                read.tags(usualTags()),
                read.fields(),
                read.units(),
                read.set("exclude"),
                read.text("topicTags").map(TopicTags::parse),
                read.text("flatten"));
    }

    /** Whether a parameter is one of ours and no measurement of a reading that came as the parameters themselves. */
    static boolean isParameter(String key, JsonNode value) {
        return PARAMETERS.contains(key) && !value.isNumber() && !value.isBoolean();
    }

    private static Map<String, String> usualTags() {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put(Reading.DATACENTER_ID, Reading.DATACENTER_ID);
        tags.put(Reading.DEVICE_FINGERPRINT, Reading.DEVICE_FINGERPRINT);
        return tags;
    }

    static void checkName(String parameter, String name) {
        LineProtocol.fault(name).ifPresent(fault -> {
            throw new AggregateException("parameter " + parameter + " has a name that " + fault + ": \"" + name + "\"");
        });
    }
}
