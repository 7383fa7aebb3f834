package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.queue.Origin;
import io.fogwhisk.lean.store.LeanException;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One authenticated request to a collection of a namespace, and its answer. Belongs to the request's thread. */
final class Exchange {

    private static final int MAX_LIST = 200;
    private static final int DEFAULT_LIST = 30;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final Context context;
    private final String caller;
    private final String namespace;
    private final List<String> names;
    private final boolean trailingSlash;

    /**
     * A request.
     *
     * @param caller the namespace of the key
     * @param namespace of the path, resolved
     * @param names of the path after the collection, decoded
     */
    Exchange(Context context, String caller, String namespace, List<String> names, boolean trailingSlash) {
        this.context = context;
        this.caller = caller;
        this.namespace = namespace;
        this.names = names;
        this.trailingSlash = trailingSlash;
    }

    Context context() {
        return context;
    }

    String caller() {
        return caller;
    }

    String namespace() {
        return namespace;
    }

    List<String> names() {
        return names;
    }

    boolean trailingSlash() {
        return trailingSlash;
    }

    String method() {
        return context.req().getMethod();
    }

    /** What led to what this request invokes. */
    Origin origin() {
        return Origin.of(RestApi.transactionOf(context));
    }

    /** The 404 of a path or verb that the API does not have. */
    static LeanException noSuchRoute() {
        return new LeanException(404, "The requested resource could not be found.");
    }

    static LeanException malformed(String why) {
        return new LeanException(400, "The request content was malformed:\n" + why);
    }

    static LeanException malformedQuery(String name, String why) {
        return new LeanException(400, "The query parameter '" + name + "' was malformed:\n" + why);
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(context.queryParam(name));
    }

    boolean flag(String name, boolean otherwise) {
        return query(name).map(text -> text.equalsIgnoreCase("true")).orElse(otherwise);
    }

    /**
     * The body; an empty one is an empty object.
     *
     * @param expected what to say when it is JSON but no object
     */
    ObjectNode body(String expected) {
        String text = context.body();
        if (text.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        String type = context.contentType();
        if (type != null && !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw new LeanException(
                    415, "The request's Content-Type [" + type + "] is not supported. Expected:\napplication/json");
        }
        JsonNode json;
        try {
            json = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new LeanException(400, "The request content was malformed:\n" + e.getOriginalMessage(), e);
        }
        if (json instanceof ObjectNode object) {
            return object;
        }
        throw malformed(expected);
    }

    void json(int status, JsonNode json) {
        text(status, json.toString());
    }

    /** Answers with a text that is JSON already. */
    void text(int status, String json) {
        context.status(status).contentType("application/json").result(json);
    }

    int skip(String collection) {
        int skip = number("skip", 0, collection);
        if (skip < 0) {
            throw malformedQuery(
                    "skip", "The value '" + skip + "' is not greater than or equal to 0 for " + collection + ".");
        }
        return skip;
    }

    int limit(String collection) {
        int limit = number("limit", DEFAULT_LIST, collection);
        if (limit < 0 || limit > MAX_LIST) {
            throw malformedQuery(
                    "limit",
                    "The value '" + limit + "' is not in the range of 0 to " + MAX_LIST + " for " + collection + ".");
        }
        return limit == 0 ? MAX_LIST : limit;
    }

    /** Answers with the part of a list that was asked for, or with its length. */
    <E> void list(String collection, List<E> all, Function<E, ObjectNode> row) {
        int limit = limit(collection);
        int skip = skip(collection);
        if (flag("count", false)) {
            json(200, JsonNodeFactory.instance.objectNode().put(collection, Math.max(0, all.size() - skip)));
            return;
        }
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        all.stream().skip(skip).limit(limit).map(row).forEach(rows::add);
        json(200, rows);
    }

    private int number(String name, int otherwise, String collection) {
        @Nullable String text = context.queryParam(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new LeanException(
                    400,
                    "The query parameter '" + name + "' was malformed:\nThe value '" + text + "' is not an integer for "
                            + collection + ".",
                    e);
        }
    }
}
