package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import java.util.List;
import java.util.Objects;

/**
 * A rule: when the trigger fires, the action runs. Whether it is active stands in the trigger, see
 * {@link WhiskTrigger#rules}.
 */
public record WhiskRule(
        QualifiedName name,
        SemVer version,
        boolean publish,
        List<KeyValue> annotations,
        long updated,
        QualifiedName trigger,
        QualifiedName action)
        implements WhiskEntity {

    /** The status of a rule that runs its action. */
    public static final String ACTIVE = "active";

    /** The status of a rule that is disabled, or whose trigger is gone. */
    public static final String INACTIVE = "inactive";

    /** Copies the list. */
    public WhiskRule {
        Objects.requireNonNull(version, "version is null");
        Objects.requireNonNull(trigger, "trigger is null");
        Objects.requireNonNull(action, "action is null");
        annotations = List.copyOf(annotations);
        if (name.packageName().isPresent()) {
            throw new WskException("a rule cannot be in a package: " + name);
        }
    }

    /** The key of this rule in {@link WhiskTrigger#rules}: {@code ns/rule}. */
    public String linkName() {
        return name.namespace() + "/" + name.name();
    }

    /** The word for it. */
    public static String status(boolean active) {
        return active ? ACTIVE : INACTIVE;
    }

    /** {@code {path, name}}. */
    public static ObjectNode reference(QualifiedName entity) {
        return JsonNodeFactory.instance.objectNode().put("path", entity.path()).put("name", entity.name());
    }

    /**
     * Reads {@code {path, name}}, or a text {@code /ns/[pkg/]name}.
     *
     * @throws WskException if it is neither
     */
    public static QualifiedName referenced(JsonNode json) {
        String text = json.textValue();
        if (text != null) {
            return QualifiedName.parse(text);
        }
        if (json.path("path").isTextual() && json.path("name").isTextual()) {
            return QualifiedName.parse(
                    "/" + json.path("path").asText() + "/" + json.path("name").asText());
        }
        throw new WskException("rule requires a valid trigger and a valid action");
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = WhiskEntity.common(this);
        json.set("trigger", reference(trigger));
        json.set("action", reference(action));
        return json;
    }

    /** Reads what {@link #toJson} writes. */
    public static WhiskRule fromJson(JsonNode json) {
        return new WhiskRule(
                WhiskEntity.nameOf(json),
                SemVer.parse(json.path("version").asText()),
                json.path("publish").asBoolean(),
                WhiskEntity.keyValues(json.path("annotations")),
                json.path("updated").asLong(),
                referenced(json.path("trigger")),
                referenced(json.path("action")));
    }
}
