package io.fogwhisk.lean.couch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fogwhisk.lean.couch.SiteLogin.Caller;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request of a site. Belongs to the request's thread.
 *
 * @param path its segments, decoded: those of an id may hold slashes
 */
record CouchRequest(Context context, Caller caller, List<String> path) {

    private static final int MAX_BODY = 8 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    CouchRequest {
        path = List.copyOf(path);
    }

    /**
     * The segments of a path.
     *
     * @throws CouchFault if it is not encoded correctly
     */
    static List<String> segments(String uri) {
        List<String> segments = new ArrayList<>();
        for (String raw : uri.split("/", -1)) {
            if (!raw.isEmpty()) {
                try {
                    segments.add(URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    throw CouchFault.badRequest("The path is not percent-encoded correctly.");
                }
            }
        }
        return segments;
    }

    boolean is(HandlerType method) {
        return context.method().equals(method);
    }

    boolean reads() {
        return is(HandlerType.GET) || is(HandlerType.HEAD);
    }

    /** The text of a parameter, or null. */
    @Nullable
    String parameter(String name) {
        return context.queryParam(name);
    }

    boolean flag(String name) {
        return ChangesQuery.flag(this::parameter, name);
    }

    /** How the caller wants documents written. */
    DocumentWriter writer() {
        return new DocumentWriter(caller.id(), flag("attachments"), flag("revs"));
    }

    /**
     * The body of a POST or PUT; empty for other verbs and if there is none.
     *
     * @throws CouchFault if it is too long or not JSON
     */
    Optional<JsonNode> body() {
        if (reads()) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = context.req().getInputStream().readNBytes(MAX_BODY + 1);
        } catch (IOException e) {
            throw CouchFault.badRequest("The body cannot be read.");
        }
        if (bytes.length > MAX_BODY) {
            throw new CouchFault(413, "too_large", "The body has more than " + MAX_BODY + " bytes.");
        }
        if (bytes.length == 0) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(MAPPER.readTree(bytes));
        } catch (JsonProcessingException e) {
            throw CouchFault.badRequest("The body is not valid JSON.");
        } catch (IOException | NumberFormatException e) {
            throw CouchFault.badRequest("The body is not valid JSON: " + e.getMessage());
        }
    }

    /** Answers at once. */
    void answer(int status, JsonNode json) {
        context.status(status).contentType("application/json").result(DocumentWriter.bytes(json));
    }
}
