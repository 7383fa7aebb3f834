package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How a CSV answer is to be written.
 *
 * @param header whether each table begins with the names of its columns
 * @param delimiter between two values
 * @param annotations rows before the header: datatype, group and default
 * @param nanoAnnotation whether times are announced as {@code dateTime:RFC3339Nano}
 */
record Dialect(boolean header, char delimiter, List<String> annotations, boolean nanoAnnotation) {

    /** What a request without a dialect gets. */
    static final Dialect DEFAULT = new Dialect(true, ',', List.of(), false);

    private static final Set<String> ANNOTATIONS = Set.of("datatype", "group", "default");

    static Dialect of(JsonNode json) {
        if (json.isMissingNode() || json.isNull()) {
            return DEFAULT;
        }
        boolean header = json.path("header").isNull() || json.path("header").asBoolean(true);
        String delimiter = text(json, "delimiter", ",");
        if (delimiter.length() != 1 || "\"\r\n".contains(delimiter)) {
            throw invalid("invalid dialect delimiter: it must be one character, no quote and no line break");
        }
        if (!text(json, "commentPrefix", "#").equals("#")) {
            throw invalid("invalid dialect comment prefix: only # is supported");
        }
        List<String> annotations = new ArrayList<>();
        for (JsonNode item : json.path("annotations")) {
            if (!ANNOTATIONS.contains(item.asText())) {
                throw invalid("unknown dialect annotation type: " + item.asText());
            }
            annotations.add(item.asText());
        }
        String times = text(json, "dateTimeFormat", "RFC3339");
        if (!times.equals("RFC3339") && !times.equals("RFC3339Nano")) {
            throw invalid("unknown dialect date time format: " + times);
        }
        return new Dialect(header, delimiter.charAt(0), List.copyOf(annotations), times.equals("RFC3339Nano"));
    }

    private static String text(JsonNode json, String key, String byDefault) {
        JsonNode value = json.path(key);
        return value.isTextual() && !value.textValue().isEmpty() ? value.textValue() : byDefault;
    }

    private static InfluxException invalid(String message) {
        return new InfluxException(ErrorCode.INVALID, message);
    }
}
