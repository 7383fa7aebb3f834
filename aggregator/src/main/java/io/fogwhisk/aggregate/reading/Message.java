package io.fogwhisk.aggregate.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

    /**
     * Reads the parameters. The reading is the parameter {@code body}, as JSON text or as an object, or else the
     * parameters themselves, without {@code type} and the bound settings.
     *
     * <p>Every key with a number or a boolean is a value (a boolean as 1 or 0, so that a key has one type for ever),
     * except the ids and the timestamp. Any other key is a fault, and the good keys beside it are kept.
     *
     * @param acceptedNanos the time of a reading that has no timestamp, in epoch nanoseconds
     */
    static Message read(JsonObject params, long acceptedNanos) {
        ObjectNode tree = params.tree();
        if ("status".equals(tree.path("type").textValue())) {
            return new Status();
        }
        JsonNode body = tree.get("body");
        if (body == null) {
            ObjectNode own = params.copy();
            own.propertyStream()
                    .filter(field -> field.getValue().isTextual() && isSetting(field.getKey()))
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(own::remove);
            return own.isEmpty()
                    ? new Bad("there is no reading: the parameters have no body", "{}")
                    : ReadingFields.read(own, own.toString(), acceptedNanos);
        }
        if (body instanceof ObjectNode object) {
            return ReadingFields.read(object, object.toString(), acceptedNanos);
        }
        if (!body.isTextual()) {
            return new Bad("the body must be a JSON object, or one as text", body.toString());
        }
        String text = body.textValue();
        try {
            return ReadingFields.read(JsonObject.parse(text).tree(), text, acceptedNanos);
        } catch (WskException e) {
            return new Bad("the body is not a reading: " + e.getMessage(), text);
        }
    }

    /** Bound parameters are texts, also tokens: they are not part of a reading and must not be kept with one. */
    private static boolean isSetting(String key) {
        return key.startsWith("influx_")
                || key.startsWith("local_")
                || key.startsWith("central_")
                || key.equals("type")
                || key.equals("window")
                || key.equals("lateness")
                || key.equals("timezone");
    }
}
