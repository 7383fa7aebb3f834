package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.WskException;

/**
 * What one activation of an action may use.
 *
 * @param timeoutMillis 100 to 300,000
 * @param memoryMb 128 to 512
 * @param logsMb 0 to 10
 * @param concurrency activations per container, 1
 */
public record Limits(int timeoutMillis, int memoryMb, int logsMb, int concurrency) {

    /** What an action has that does not say. */
    public static final Limits DEFAULT = new Limits(60_000, 256, 10, 1);

    /** The shortest time-out in milliseconds. */
    public static final int MIN_TIMEOUT_MILLIS = 100;

    /** The least memory in megabytes. */
    public static final int MIN_MEMORY_MB = 128;

    /** The most memory in megabytes. */
    public static final int MAX_MEMORY_MB = 512;

    /** The most logs in megabytes. */
    public static final int MAX_LOGS_MB = 10;

    /** The longest time-out in milliseconds. */
    public static final int MAX_TIMEOUT_MILLIS = 300_000;

    /** Checks the ranges, with OpenWhisk's own words. */
    public Limits {
        check(timeoutMillis, MIN_TIMEOUT_MILLIS, MAX_TIMEOUT_MILLIS, "duration", " milliseconds");
        check(memoryMb, MIN_MEMORY_MB, MAX_MEMORY_MB, "memory size", " MB");
        check(logsMb, 0, MAX_LOGS_MB, "log size", " MB");
        check(concurrency, 1, 1, "concurrency", "");
    }

    /**
     * These limits with the fields of a JSON object on top.
     *
     * @throws WskException if a field is not a number or out of its range
     */
    public Limits with(JsonNode json) {
        return new Limits(
                field(json, "timeout", timeoutMillis),
                field(json, "memory", memoryMb),
                field(json, "logs", logsMb),
                field(json, "concurrency", concurrency));
    }

    /** {@code {concurrency, logs, memory, timeout}}. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("concurrency", concurrency)
                .put("logs", logsMb)
                .put("memory", memoryMb)
                .put("timeout", timeoutMillis);
    }

    private static int field(JsonNode json, String name, int otherwise) {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new WskException("the limit '" + name + "' must be a whole number");
        }
        return value.intValue();
    }

    private static void check(int value, int min, int max, String what, String unit) {
        if (value > max) {
            throw new WskException(
                    "requirement failed: " + what + " " + value + unit + " exceeds allowed threshold of " + max + unit);
        }
        if (value < min) {
            throw new WskException(
                    "requirement failed: " + what + " " + value + unit + " below allowed threshold of " + min + unit);
        }
    }
}
