package io.fogwhisk.bridge.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the record of an activation, as {@link Activation#toJson} and the REST API write it. */
final class ActivationJson {

    private ActivationJson() {}

    /**
     * Reads a record.
     *
     * @throws WskException if the id or the status is none
     */
    static Activation read(ObjectNode json) {
        JsonNode response = json.path("response");
        return new Activation(
                new ActivationId(json.path("activationId").asText()),
                json.path("namespace").asText(),
                json.path("name").asText(),
                json.path("version").asText(),
                json.path("subject").asText(),
                json.path("start").asLong(),
                json.has("end") ? OptionalLong.of(json.path("end").asLong()) : OptionalLong.empty(),
                json.has("cause")
                        ? Optional.of(new ActivationId(json.path("cause").asText()))
                        : Optional.empty(),
                annotations(json.path("annotations")),
                lines(json.path("logs")),
                status(response.path("status").asText()),
                response.path("result"));
    }

    private static ActivationStatus status(String text) {
        for (ActivationStatus each : ActivationStatus.values()) {
            if (each.text().equals(text)) {
                return each;
            }
        }
        throw new WskException("'" + text + "' is not the status of an activation");
    }

    private static List<KeyValue> annotations(JsonNode list) {
        List<KeyValue> annotations = new ArrayList<>();
        list.forEach(each -> annotations.add(new KeyValue(each.path("key").asText(), each.path("value"))));
        return annotations;
    }

    private static List<String> lines(JsonNode list) {
        List<String> lines = new ArrayList<>();
        list.forEach(each -> lines.add(each.asText()));
        return lines;
    }
}
