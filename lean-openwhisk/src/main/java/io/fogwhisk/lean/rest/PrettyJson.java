package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Iterator;
import java.util.Map;

/** Writes JSON as OpenWhisk answers it to web browsers: a line per field, lists on one line. */
final class PrettyJson {

    private final StringBuilder text = new StringBuilder();

    private PrettyJson() {}

    static String of(JsonNode json) {
        PrettyJson pretty = new PrettyJson();
        pretty.write(json, 0);
        return pretty.text.toString();
    }

    private void write(JsonNode json, int depth) {
        if (json.isObject() && !json.isEmpty()) {
            object(json, depth);
        } else if (json.isArray()) {
            text.append('[');
            Iterator<JsonNode> items = json.elements();
            while (items.hasNext()) {
                write(items.next(), depth);
                text.append(items.hasNext() ? ", " : "");
            }
            text.append(']');
        } else {
            text.append(json);
        }
    }

    private void object(JsonNode json, int depth) {
        text.append("{\n");
        Iterator<Map.Entry<String, JsonNode>> fields = json.properties().iterator();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            indent(depth + 1);
            text.append(TextNode.valueOf(field.getKey())).append(": ");
            write(field.getValue(), depth + 1);
            text.append(fields.hasNext() ? ",\n" : "\n");
        }
        indent(depth);
        text.append('}');
    }

    private void indent(int depth) {
        text.append("  ".repeat(depth));
    }
}
