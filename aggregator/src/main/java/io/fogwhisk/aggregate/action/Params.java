package io.fogwhisk.aggregate.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the parameters that users bind: names the one that is missing or of another type. */
final class Params {

    private Params() {}

    /**
     * The database of {@code <prefix>_url}, {@code _org}, {@code _bucket} and, if it asks for one, {@code _token}; its
     * name is {@code _name}. Name and address belong to the caller's namespace: no other one can lead away what waits for
     * it, or hold it up with a token that is wrong.
     */
    static InfluxTarget target(ObjectNode params, String prefix, String namespace) {
        InfluxBucket bucket = new InfluxBucket(
                required(params, prefix + "_url"),
                required(params, prefix + "_org"),
                required(params, prefix + "_bucket"));
        return new InfluxTarget(
                namespace,
                text(params, prefix + "_name")
                        .map(name -> namespace + "/" + name)
                        .orElse(""),
                bucket,
                text(params, prefix + "_token").orElse(""));
    }

    /** A text, or empty if the parameter is missing or null. */
    static Optional<String> text(ObjectNode params, String key) {
        JsonNode value = params.get(key);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new AggregateException("parameter " + key + " must be a text");
        }
        return Optional.of(value.textValue());
    }

    /** A list of texts, or one text with commas between them, without duplicates; empty if the parameter is missing. */
    static Optional<List<String>> texts(ObjectNode params, String key) {
        JsonNode value = params.get(key);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        if (value.isTextual()) {
            for (String part : value.textValue().split(",", -1)) {
                texts.add(part.trim());
            }
        } else if (value instanceof ArrayNode list) {
            for (JsonNode each : list) {
                texts.add(each.isTextual() ? each.textValue() : "");
            }
        }
        if (texts.isEmpty() || texts.contains("")) {
            throw new AggregateException("parameter " + key + " must be a list of texts, or a text with commas between"
                    + " them, and not be empty");
        }
        return Optional.of(texts.stream().distinct().toList());
    }

    private static String required(ObjectNode params, String key) {
        return text(params, key)
                .orElseThrow(() -> new AggregateException(
                        "parameter " + key + " is missing: bind it to the package or to the action"));
    }
}
