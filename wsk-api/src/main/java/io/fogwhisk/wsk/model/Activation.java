package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The record of one activation of an action or a trigger.
 *
 * @param namespace of the invoker
 * @param name of the entity
 * @param version of the entity, such as {@code 0.0.1}
 * @param subject who invoked
 * @param start epoch milliseconds
 * @param end epoch milliseconds; empty for triggers
 * @param cause the sequence that this activation is part of
 * @param annotations such as {@code path}, {@code kind}, {@code limits}, {@code waitTime}
 * @param logs lines
 * @param status how it ended
 * @param result what it returned
 */
public record Activation(
        ActivationId id,
        String namespace,
        String name,
        String version,
        String subject,
        long start,
        OptionalLong end,
        Optional<ActivationId> cause,
        List<KeyValue> annotations,
        List<String> logs,
        ActivationStatus status,
        JsonNode result) {

    /** Copies the lists. */
    public Activation {
        Objects.requireNonNull(id, "id is null");
        Objects.requireNonNull(end, "end is null");
        Objects.requireNonNull(cause, "cause is null");
        Objects.requireNonNull(status, "status is null");
        annotations = List.copyOf(annotations);
        logs = List.copyOf(logs);
    }

    /** Whether the action did what it should. */
    public boolean success() {
        return status == ActivationStatus.SUCCESS;
    }

    /** The value of {@code response}: {@code {result, success, status}}. */
    public ObjectNode response() {
        ObjectNode response = JsonNodeFactory.instance.objectNode();
        response.set("result", result);
        return response.put("status", status.text()).put("success", success());
    }

    /** The record as {@code GET /activations/{id}} answers it. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("namespace", namespace).put("name", name).put("version", version);
        json.put("subject", subject).put("activationId", id.hex()).put("start", start);
        end.ifPresent(millis -> json.put("end", millis).put("duration", millis - start));
        cause.ifPresent(causing -> json.put("cause", causing.hex()));
        json.put("publish", false);
        json.set("annotations", KeyValue.toJson(annotations));
        ArrayNode lines = json.putArray("logs");
        logs.forEach(lines::add);
        json.set("response", response());
        return json;
    }

    /**
     * Reads what {@link #toJson} writes.
     *
     * @throws WskException if it is not the record of an activation
     */
    public static Activation fromJson(JsonNode json) {
        JsonNode response = json.path("response");
        List<String> logs = new ArrayList<>();
        json.path("logs").forEach(line -> logs.add(line.asText()));
        JsonNode end = json.path("end");
        return new Activation(
                new ActivationId(json.path("activationId").asText()),
                json.path("namespace").asText(),
                json.path("name").asText(),
                json.path("version").asText(),
                json.path("subject").asText(),
                json.path("start").asLong(),
                end.asLong() > 0 ? OptionalLong.of(end.asLong()) : OptionalLong.empty(),
                Optional.ofNullable(json.path("cause").textValue()).map(ActivationId::new),
                WhiskEntity.keyValues(json.path("annotations")),
                logs,
                ActivationStatus.of(response.path("status").asText()),
                response.path("result"));
    }
}
