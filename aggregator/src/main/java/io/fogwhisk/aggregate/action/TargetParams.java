package io.fogwhisk.aggregate.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import java.util.Optional;

/** Reads the parameters that users bind: names the one that is missing or of another type. */
final class TargetParams {

    private TargetParams() {}

    /** The database of {@code <prefix>_url}, {@code _org}, {@code _bucket} and, if it asks for one, {@code _token}. */
    static InfluxTarget target(ObjectNode params, String prefix) {
        InfluxBucket bucket = new InfluxBucket(
                required(params, prefix + "_url"),
                required(params, prefix + "_org"),
                required(params, prefix + "_bucket"));
        return new InfluxTarget(bucket, text(params, prefix + "_token").orElse(""));
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

    private static String required(ObjectNode params, String key) {
        return text(params, key)
                .orElseThrow(() -> new AggregateException(
                        "parameter " + key + " is missing: bind it to the package or to the action"));
    }
}
