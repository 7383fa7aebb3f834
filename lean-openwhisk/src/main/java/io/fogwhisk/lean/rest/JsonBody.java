package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.lean.store.LeanException;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** Reads the bodies of requests, none longer than it may be. */
final class JsonBody {

    /** The longest payload of an invocation or a fire, in bytes. */
    static final int MAX_PAYLOAD = Invocations.MAX_PAYLOAD;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private JsonBody() {}

    /**
     * The body as it came.
     *
     * @throws LeanException 413 if it is longer than {@code max} bytes
     */
    static byte[] bytes(Context context, int max) {
        long announced = context.req().getContentLengthLong();
        if (announced > max) {
            throw tooLong(announced, max);
        }
        try {
            InputStream body = context.req().getInputStream();
            byte[] bytes = announced >= 0 ? body.readNBytes((int) announced) : body.readNBytes(max + 1);
            if (bytes.length > max) {
                throw tooLong(bytes.length, max);
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * The body as an object; an empty one is an empty object.
     *
     * @param expected what to say when it is JSON but no object
     * @param max length in bytes
     * @throws LeanException 400, 413 or 415
     */
    static ObjectNode object(Context context, String expected, int max) {
        byte[] bytes = bytes(context, max);
        if (blank(bytes)) {
            return JsonNodeFactory.instance.objectNode();
        }
        checkType(context);
        if (parse(bytes) instanceof ObjectNode object) {
            return object;
        }
        throw Exchange.malformed(expected);
    }

    /** Refuses a body that is not said to be JSON. */
    static void checkType(Context context) {
        String type = context.contentType();
        if (type != null && !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw new LeanException(
                    415, "The request's Content-Type [" + type + "] is not supported. Expected:\napplication/json");
        }
    }

    /**
     * Reads a text.
     *
     * @throws LeanException 400 if it is not JSON
     */
    static JsonNode parse(byte[] text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            if (json.isMissingNode()) {
                throw Exchange.malformed("Unexpected end-of-input");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (NumberFormatException e) {
            throw new LeanException(400, "The request content was malformed:\na number is out of range", e);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** 400, with what is wrong and where. */
    static LeanException malformed(JsonProcessingException why) {
        String where = why.getLocation() == null
                ? ""
                : " (line " + why.getLocation().getLineNr() + ", position "
                        + why.getLocation().getColumnNr() + ")";
        return new LeanException(400, "The request content was malformed:\n" + why.getOriginalMessage() + where, why);
    }

    /** 400: the connection broke, or the client was too slow. */
    static LeanException unreadable(IOException why) {
        return new LeanException(400, "The request's body could not be read to its end.", why);
    }

    /** 413. */
    static LeanException tooLong(long length, long max) {
        return new LeanException(413, "Request larger than allowed: " + length + " > " + max + " bytes.");
    }

    private static boolean blank(byte[] bytes) {
        for (byte b : bytes) {
            if (b > ' ' || b < 0) {
                return false;
            }
        }
        return true;
    }
}
