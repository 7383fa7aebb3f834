package io.fogwhisk.bridge.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.List;
import java.util.Objects;

/**
 * An HTTP request as a lambda's input: {@code {"method": …, "rest": …, "query": …, "headers": [[name, value], …]}}, with
 * the body beside it as the lambda's data. Whose request it is travels as metadata, not among the headers.
 *
 * @param rest what of the path the lambda does not say, percent-encoded as it came; empty, or from a dot or slash on
 * @param query percent-encoded, without the question mark; empty for none
 */
public record HttpAsk(String method, String rest, String query, List<HttpHeader> headers, ByteString body) {

    /** Checks that the rest of the path leads nowhere else, and copies. */
    public HttpAsk {
        Objects.requireNonNull(method, "method is null");
        Objects.requireNonNull(query, "query is null");
        Objects.requireNonNull(body, "body is null");
        headers = List.copyOf(headers);
        for (String segment : rest.split("/", -1)) {
            String plain = segment.replace("%2e", ".").replace("%2E", ".");
            if (plain.equals(".") || plain.equals("..")) {
                throw new WskException("The path of the request was malformed.");
            }
        }
        if (!rest.isEmpty() && rest.charAt(0) != '/' && rest.charAt(0) != '.') {
            throw new WskException("The path of the request was malformed.");
        }
    }

    /** A request that reads. */
    public static HttpAsk get(String rest) {
        return new HttpAsk("GET", rest, "", List.of(), ByteString.EMPTY);
    }

    /** The input. */
    public String input() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("method", method).put("rest", rest).put("query", query);
        json.set("headers", HttpHeader.toJson(headers));
        return json.toString();
    }

    /**
     * Reads an input.
     *
     * @param data of the lambda
     * @throws WskException if it is not a request
     */
    public static HttpAsk read(String input, ByteString data) {
        ObjectNode json = JsonObject.parse(input).tree();
        return new HttpAsk(
                json.path("method").asText("GET"),
                json.path("rest").asText(""),
                json.path("query").asText(""),
                HttpHeader.fromJson(json.path("headers")),
                data);
    }

    /** Says what is asked for, not with what. */
    @Override
    public String toString() {
        return "HttpAsk[" + method + "]";
    }
}
