package io.fogwhisk.bridge.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A header of a request or an answer that is handed on.
 *
 * @param name in any case
 */
public record HttpHeader(String name, String value) {

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** Checks for null. */
    public HttpHeader {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(value, "value is null");
    }

    /** Whether a header is meant for the next node only, and must not be handed on. */
    public static boolean isHopByHop(String name) {
        return name.startsWith(":") || HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT));
    }

    static ArrayNode toJson(List<HttpHeader> headers) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        headers.forEach(header -> array.addArray().add(header.name).add(header.value));
        return array;
    }

    static List<HttpHeader> fromJson(JsonNode array) {
        List<HttpHeader> headers = new ArrayList<>();
        array.forEach(pair ->
                headers.add(new HttpHeader(pair.path(0).asText(), pair.path(1).asText())));
        return headers;
    }
}
