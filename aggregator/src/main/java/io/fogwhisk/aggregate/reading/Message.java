package io.fogwhisk.aggregate.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What a trigger's parameters hold for the action that stores readings. */
public sealed interface Message {

    /** A word about the connection to the broker ({@code "type": "status"}): nothing to store. */
    record Status() implements Message {}

    /**
     * A reading.
     *
     * @param reading with every key that is fit to be stored
     * @param faults one for each key that is not, naming it
     * @param payload what arrived
     */
    record Good(Reading reading, List<String> faults, String payload) implements Message {
        /** Copies the list. */
        public Good {
            Objects.requireNonNull(reading, "reading is null");
            faults = List.copyOf(faults);
        }
    }

    /**
     * Nothing that can be stored.
     *
     * @param reason for the user
     * @param payload what arrived
     */
    record Bad(String reason, String payload) implements Message {
        /** Checks for null. */
        public Bad {
            Objects.requireNonNull(reason, "reason is null");
            Objects.requireNonNull(payload, "payload is null");
        }
    }

    /** Reads the parameters by the usual rules. */
    static Message read(JsonObject params, long acceptedNanos) {
        return read(params, ReadingRules.USUAL, acceptedNanos);
    }

    /**
     * Reads the parameters. The reading is the parameter {@code body}, as JSON text or as an object, or else the
     * parameters themselves, without {@code type} and the bound settings.
     *
     * <p>Unless the rules say otherwise, every key with a number or a boolean is a value (a boolean as 1 or 0, so that a
     * key has one type for ever), except the ids and the timestamp. Any other key is a fault, and the good keys beside it
     * are kept.
     *
     * @param acceptedNanos the time of a reading that has no timestamp, in epoch nanoseconds
     */
    static Message read(JsonObject params, ReadingRules rules, long acceptedNanos) {
        ObjectNode tree = params.tree();
        if ("status".equals(tree.path("type").textValue())) {
            return new Status();
        }
        JsonNode body = tree.get("body");
        ReadingFields fields =
                new ReadingFields(rules, Optional.ofNullable(tree.path("topic").textValue()), acceptedNanos);
        if (body == null) {
            ObjectNode own = params.copy();
            own.propertyStream()
                    .filter(field -> (field.getValue().isTextual() && isSetting(field.getKey()))
                            || ReadingRules.isParameter(field.getKey(), field.getValue()))
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(own::remove);
            return own.isEmpty()
                    ? new Bad("there is no reading: the parameters have no body", "{}")
                    : fields.read(own, own.toString());
        }
        if (body instanceof ObjectNode object) {
            return fields.read(object, object.toString());
        }
        if (!body.isTextual()) {
            return new Bad("the body must be a JSON object, or one as text", body.toString());
        }
        String text = body.textValue();
        try {
            return fields.read(JsonObject.parse(text).tree(), text);
        } catch (WskException e) {
            return new Bad("the body is not a reading: " + e.getMessage(), text);
        }
    }

    /** What a package that holds both actions may have bound for the other one. */
    Set<String> AGGREGATION =
            Set.of("window", "lateness", "timezone", "offset", "measurements", "functions", "groupBy", "prefix", "job");

    /** Bound parameters are texts, also tokens: they are not part of a reading and must not be kept with one. */
    private static boolean isSetting(String key) {
        return key.startsWith("influx_")
                || key.startsWith("local_")
                || key.startsWith("central_")
                || key.equals("type")
                || key.equals("topic")
                || AGGREGATION.contains(key);
    }
}
