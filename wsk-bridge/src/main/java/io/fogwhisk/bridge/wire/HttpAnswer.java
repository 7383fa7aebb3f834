package io.fogwhisk.bridge.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.List;
import java.util.Objects;

/**
 * An HTTP answer as a lambda's output: {@code {"fogwhisk": 1, "statusCode": …, "headers": [[name, value], …]}}, with the
 * body beside it as the lambda's data.
 *
 * @param statusCode 100 to 599
 */
public record HttpAnswer(int statusCode, List<HttpHeader> headers, ByteString body) {

    /** Checks the range and copies. */
    public HttpAnswer {
        Objects.requireNonNull(body, "body is null");
        headers = List.copyOf(headers);
        if (statusCode < 100 || statusCode > 599) {
            throw new WskException("the status code of an HTTP answer must be 100 to 599, was " + statusCode);
        }
    }

    /** A failure in the words of the OpenWhisk REST API. */
    public static HttpAnswer failure(int statusCode, String message) {
        String body =
                JsonNodeFactory.instance.objectNode().put("error", message).toString();
        return new HttpAnswer(
                statusCode, List.of(new HttpHeader("Content-Type", "application/json")), ByteString.copyFromUtf8(body));
    }

    /** The output. */
    public String output() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("fogwhisk", 1).put("statusCode", statusCode);
        json.set("headers", HttpHeader.toJson(headers));
        return json.toString();
    }

    /**
     * Reads an output.
     *
     * @param data of the lambda's answer
     * @throws WskException if it is not an answer
     */
    public static HttpAnswer read(String output, ByteString data) {
        if (!Envelope.holds(output)) {
            throw new WskException("the output of the lambda is not an HTTP answer");
        }
        ObjectNode json = JsonObject.parse(output).tree();
        return new HttpAnswer(json.path("statusCode").asInt(), HttpHeader.fromJson(json.path("headers")), data);
    }

    /** Says how it ended, not with what. */
    @Override
    public String toString() {
        return "HttpAnswer[" + statusCode + "]";
    }
}
