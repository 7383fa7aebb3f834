package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is declared in a namespace: an action, a package, a trigger or a rule. */
public sealed interface WhiskEntity permits WhiskAction, WhiskPackage, WhiskTrigger, WhiskRule {

    /** Its full name; the namespace is never {@code _}. */
    QualifiedName name();

    /** Counts up with every change. */
    SemVer version();

    /** Whether other namespaces may use it; has a meaning for packages only. */
    boolean publish();

    /** What is said about it. */
    List<KeyValue> annotations();

    /** Epoch milliseconds of the last change. */
    long updated();

    /** The entity as {@code PUT} answers it. */
    ObjectNode toJson();

    /** What it is: {@code action}, {@code package}, {@code trigger} or {@code rule}; its collection has an s more. */
    default String type() {
        if (this instanceof WhiskAction) {
            return "action";
        }
        if (this instanceof WhiskPackage) {
            return "package";
        }
        return this instanceof WhiskTrigger ? "trigger" : "rule";
    }

    /**
     * Reads a list of parameters or annotations; null and missing are empty, the last of several with one key wins.
     *
     * @throws WskException if it is not a list of {@code {key, value}}
     */
    static List<KeyValue> keyValues(JsonNode json) {
        if (json.isMissingNode() || json.isNull()) {
            return List.of();
        }
        if (!json.isArray()) {
            throw new WskException("parameters and annotations must be a list of {\"key\", \"value\"}");
        }
        Map<String, KeyValue> byKey = new LinkedHashMap<>();
        for (JsonNode item : json) {
            String key = item.path("key").textValue();
            if (key == null || key.isEmpty()) {
                throw new WskException("a parameter or annotation must have a 'key' that is a text");
            }
            JsonNode value = item.path("value");
            byKey.put(
                    key,
                    new KeyValue(
                            key,
                            value.isMissingNode() ? JsonNodeFactory.instance.nullNode() : value.deepCopy(),
                            item.path("init").asBoolean(false),
                            Optional.ofNullable(item.path("encryption").textValue())));
        }
        return new ArrayList<>(byKey.values());
    }

    /** A list of parameters as the object that an action receives; later keys win. */
    static JsonObject asObject(List<KeyValue> parameters) {
        if (parameters.isEmpty()) {
            return JsonObject.empty();
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        parameters.forEach(parameter -> object.set(parameter.key(), parameter.value()));
        return JsonObject.adopt(object);
    }

    /** The fields that all four have. */
    static ObjectNode common(WhiskEntity entity) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("namespace", entity.name().path()).put("name", entity.name().name());
        json.put("version", entity.version().toString()).put("publish", entity.publish());
        json.set("annotations", KeyValue.toJson(entity.annotations()));
        return json.put("updated", entity.updated());
    }

    /** The name that {@link #common} wrote. */
    static QualifiedName nameOf(JsonNode json) {
        return QualifiedName.parse(
                "/" + json.path("namespace").asText() + "/" + json.path("name").asText());
    }
}
