package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.WhiskEntity;
import java.util.HashSet;
import java.util.Set;

/** What the annotations of an entity mean to the API. */
final class Annotations {

    private Annotations() {}

    /** The value of an annotation, or a missing node. */
    static JsonNode value(WhiskEntity entity, String key) {
        for (KeyValue annotation : entity.annotations()) {
            if (annotation.key().equals(key)) {
                return annotation.value();
            }
        }
        return MissingNode.getInstance();
    }

    /** Whether an annotation is there and neither false, null, zero nor an empty text. */
    static boolean truthy(WhiskEntity entity, String key) {
        return KeyValue.isTruthy(value(entity, key));
    }

    /** The parameters that a call may not set: those with a value, if the action is annotated {@code final}. */
    static Set<String> fixedParameters(WhiskEntity action, JsonObject params) {
        Set<String> fixed = new HashSet<>();
        if (truthy(action, "final")) {
            params.tree().properties().forEach(field -> {
                if (!field.getValue().isNull()) {
                    fixed.add(field.getKey());
                }
            });
        }
        return fixed;
    }
}
