package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.invoker.BuiltInActions;
import io.fogwhisk.lean.queue.Origin;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.JsonObject;
import io.javalin.http.Context;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One authenticated request to a collection of a namespace, and its answer. Belongs to the request's thread. */
final class Exchange {

    private static final int MAX_LIST = 200;
    private static final int DEFAULT_LIST = 30;

    /** The longest body that declares a package, a trigger or a rule: two lists of the longest and some more. */
    private static final int MAX_ENTITY = 4 * 1024 * 1024;

    /** What is no code of the caller's. */
    private static final Set<String> UNRESTRICTED = Set.of(Exec.SEQUENCE, BuiltInActions.KIND);

    private static final Pattern SECRET = Pattern.compile("authorization|cookie|api-?key|token|secret|whisk-auth");
    private static final Set<String> YES = Set.of("true", "yes", "on", "1");
    private static final Set<String> NO = Set.of("false", "no", "off", "0", "");

    private final Context context;
    private final Identity caller;
    private final String namespace;
    private final List<String> names;
    private final boolean trailingSlash;

    /**
     * A request.
     *
     * @param caller whose key the request carries
     * @param namespace of the path, resolved
     * @param names of the path after the collection, decoded
     */
    Exchange(Context context, Identity caller, String namespace, List<String> names, boolean trailingSlash) {
        this.context = context;
        this.caller = caller;
        this.namespace = namespace;
        this.names = names;
        this.trailingSlash = trailingSlash;
    }

    Context context() {
        return context;
    }

    /** The caller's namespace. */
    String caller() {
        return caller.namespace();
    }

    Identity identity() {
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

    /** The verb; a HEAD is a GET whose body the HTTP server does not send. */
    String method() {
        String method = context.req().getMethod();
        return method.equals("HEAD") ? "GET" : method;
    }

    /** What led to what this request fires: what it says of itself, but nothing that opens doors. */
    Origin originWithHeaders() {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        for (String name : Collections.list(context.req().getHeaderNames())) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!SECRET.matcher(lower).find()) {
                headers.put(
                        lower, String.join(", ", Collections.list(context.req().getHeaders(name))));
            }
        }
        return Origin.of(RestApi.transactionOf(context), JsonObject.adopt(headers));
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
        Optional<String> text = query(name).map(given -> given.toLowerCase(Locale.ROOT));
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!YES.contains(text.get()) && !NO.contains(text.get())) {
            throw malformedQuery(name, "'" + text.get() + "' is not a valid Boolean value");
        }
        return YES.contains(text.get());
    }

    /**
     * The body; an empty one is an empty object.
     *
     * @param expected what to say when it is JSON but no object
     */
    ObjectNode body(String expected) {
        return JsonBody.object(context, expected, MAX_ENTITY);
    }

    /**
     * Refuses a kind of code that the caller's namespace may not use.
     *
     * @throws LeanException 403
     */
    void checkKind(String kind) {
        boolean may = caller.limits()
                .allowedKinds()
                .map(allowed -> UNRESTRICTED.contains(kind) || allowed.contains(kind))
                .orElse(true);
        if (!may) {
            throw new LeanException(
                    403, "The supplied authentication is not authorized to access actions of kind '" + kind + "'.");
        }
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
