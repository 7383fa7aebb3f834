package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Objects;

/**
 * A parameter or an annotation.
 *
 * @param key not empty
 * @param value any JSON; must not be changed by who reads it
 */
public record KeyValue(String key, JsonNode value) {

    /** Checks for null. */
    public KeyValue {
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(value, "value is null");
    }

    /** The list as OpenWhisk writes it: {@code [{"key": …, "value": …}]}. */
    public static ArrayNode toJson(List<KeyValue> list) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (KeyValue item : list) {
            array.addObject().put("key", item.key()).set("value", item.value());
        }
        return array;
    }
}
