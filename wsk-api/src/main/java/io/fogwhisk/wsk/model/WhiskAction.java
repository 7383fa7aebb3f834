package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;

/**
 * An action.
 *
 * @param parameters that each activation gets unless the caller gives others
 * @param exec what runs
 * @param limits what one activation may use
 */
public record WhiskAction(
        QualifiedName name,
        SemVer version,
        boolean publish,
        List<KeyValue> annotations,
        long updated,
        List<KeyValue> parameters,
        Exec exec,
        Limits limits)
        implements WhiskEntity {

    /** Copies the lists. */
    public WhiskAction {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(version, "version is null");
        Objects.requireNonNull(exec, "exec is null");
        Objects.requireNonNull(limits, "limits is null");
        annotations = List.copyOf(annotations);
        parameters = List.copyOf(parameters);
    }

    /** Whether it manages feeds. */
    public boolean feed() {
        return annotations.stream()
                .anyMatch(annotation ->
                        annotation.key().equals("feed") && annotation.value().asBoolean(false));
    }

    /** Whether it is a web action, which anybody may ask for. */
    public boolean web() {
        return annotations.stream()
                .anyMatch(annotation -> annotation.key().equals("web-export") && KeyValue.isTruthy(annotation.value()));
    }

    @Override
    public ObjectNode toJson() {
        return toJson(true);
    }

    /** As {@code GET} answers it, with or without the code. */
    public ObjectNode toJson(boolean withCode) {
        ObjectNode json = WhiskEntity.common(this);
        json.set("parameters", KeyValue.toJson(parameters));
        json.set("exec", exec.toJson(withCode));
        json.set("limits", limits.toJson());
        return json;
    }

    /** As a list shows it. */
    public ObjectNode toSummary() {
        ObjectNode json = WhiskEntity.common(this);
        json.putObject("exec").put("binary", exec.binary());
        json.set("limits", limits.toJson());
        return json;
    }

    /** Reads what {@link #toJson()} writes. */
    public static WhiskAction fromJson(JsonNode json) {
        return new WhiskAction(
                WhiskEntity.nameOf(json),
                SemVer.parse(json.path("version").asText()),
                json.path("publish").asBoolean(),
                WhiskEntity.keyValues(json.path("annotations")),
                json.path("updated").asLong(),
                WhiskEntity.keyValues(json.path("parameters")),
                Exec.fromJson(json.path("exec")),
                Limits.DEFAULT.with(json.path("limits")));
    }
}
