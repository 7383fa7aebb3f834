package io.fogwhisk.influx.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and writes the JSON of the API. Thread-safe. */
final class Json {

    private static final int MAX_BODY = 64 << 10;

    private final ObjectMapper mapper = new ObjectMapper();

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static void answer(Context ctx, ObjectNode json) {
        answer(ctx, 200, json);
    }

    static void answer(Context ctx, int status, ObjectNode json) {
        ctx.status(status).contentType("application/json; charset=utf-8").result(json.toString());
    }

    /** The object in the body of a short request. */
    JsonNode body(Context ctx) {
        return object(RequestBody.read(ctx, MAX_BODY));
    }

    JsonNode object(byte[] body) {
        try {
            JsonNode node = mapper.readTree(body);
            if (node != null && node.isObject()) {
                return node;
            }
        } catch (IOException e) {
            throw new InfluxException(ErrorCode.INVALID, "failed parsing request body as JSON: " + shown(e), e);
        }
        throw new InfluxException(ErrorCode.INVALID, "failed parsing request body as JSON: it is not an object");
    }

    /** A text; empty when it is missing. */
    static Optional<String> text(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new InfluxException(ErrorCode.INVALID, key + " must be a text");
        }
        return Optional.of(value.textValue());
    }

    private static @Nullable String shown(IOException e) {
        String message = e.getMessage();
        int end = message == null ? -1 : message.indexOf('\n');
        return message != null && end > 0 ? message.substring(0, end) : message;
    }
}
