package io.fogwhisk.bridge.proxy;

import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.JsonObject;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;

/** Reads the bodies of requests that travel through the edge domain, and refuses them as OpenWhisk does. Stateless. */
final class RequestBody {

    static final int MAX_BYTES = 1_048_576;

    private RequestBody() {}

    /** The body, up to the most that OpenWhisk takes. */
    static byte[] read(Context ctx) {
        long announced = ctx.req().getContentLengthLong();
        byte[] bytes = announced > MAX_BYTES ? new byte[0] : ctx.bodyAsBytes();
        long length = Math.max(announced, bytes.length);
        if (length > MAX_BYTES) {
            throw new Refusal(413, "Request larger than allowed: " + length + " > " + MAX_BYTES + " bytes.");
        }
        return bytes;
    }

    /** The body as the parameters of a call. */
    static JsonObject parameters(Context ctx) {
        byte[] bytes = read(ctx);
        if (bytes.length == 0) {
            return JsonObject.empty();
        }
        String type = ctx.contentType();
        if (type != null && !type.startsWith("application/json")) {
            throw new Refusal(
                    415, "The request's Content-Type [" + type + "] is not supported. Expected:\napplication/json");
        }
        try {
            return JsonObject.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (WskException e) {
            throw new Refusal(400, "The request content was malformed:\n" + e.getMessage());
        }
    }
}
