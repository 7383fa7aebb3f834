package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A parameter or an annotation.
 *
 * @param key not empty
 * @param value any JSON; must not be changed by who reads it
 * @param init whether the code finds it in its environment from its start on, and not among its arguments
 * @param encryption what the client says the value is encrypted with; kept for the client, nothing is encrypted here
 */
public record KeyValue(String key, JsonNode value, boolean init, Optional<String> encryption) {

    /** Checks for null. */
    public KeyValue {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(value, "value is null");
        Objects.requireNonNull(encryption, "encryption is null");
    }

    /** A parameter that the code finds among its arguments, or an annotation. */
    public KeyValue(String key, JsonNode value) {
        this(key, value, false, Optional.empty());
    }

    /** Whether a value is there and neither false, null, zero nor an empty text: how OpenWhisk reads annotations. */
    public static boolean isTruthy(JsonNode value) {
        if (value.isTextual()) {
            return !value.textValue().isEmpty();
        }
        if (value.isNumber()) {
            return value.decimalValue().signum() != 0;
        }
        return value.isContainerNode() || value.asBoolean();
    }

    /** The list as OpenWhisk writes it: {@code [{"key": …, "value": …}]}. */
    public static ArrayNode toJson(List<KeyValue> list) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (KeyValue item : list) {
            ObjectNode json = array.addObject().put("key", item.key());
            json.set("value", item.value());
            if (item.init()) {
                json.put("init", true);
            }
            item.encryption().ifPresent(kind -> json.put("encryption", kind));
        }
        return array;
    }

    /** One list on top of another: an item of the upper list takes the place of one with the same key. */
    public static List<KeyValue> merge(List<KeyValue> under, List<KeyValue> over) {
        Map<String, KeyValue> byKey = new LinkedHashMap<>();
        under.forEach(item -> byKey.put(item.key(), item));
        over.forEach(item -> byKey.put(item.key(), item));
        return List.copyOf(byKey.values());
    }
}
