package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fogwhisk.lean.store.LeanException;
import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An HTTP request as the arguments of a web action.
 *
 * @param path what follows the action in the request's path, as sent
 * @param user the namespace of the caller's key, if it sent a valid one
 */
record WebRequest(Context context, String path, Optional<String> user) {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<String> RESERVED =
            Set.of("__ow_method", "__ow_headers", "__ow_path", "__ow_user", "__ow_query", "__ow_body");

    /**
     * The arguments with query and body merged into them, later wins.
     *
     * @param fixed parameters that a request may not set
     * @throws LeanException 400 if the request sets a parameter it may not, or its body is not what it says
     */
    ObjectNode merged(Set<String> fixed) {
        ObjectNode given = NODES.objectNode();
        form(query(), given);
        byte[] body = JsonBody.bytes(context, JsonBody.MAX_PAYLOAD);
        JsonNode opaque = null;
        if (body.length > 0) {
            ContentType type = type();
            if (type.json()) {
                JsonNode json = JsonBody.parse(body);
                if (json instanceof ObjectNode object) {
                    given.setAll(object);
                } else {
                    opaque = json;
                }
            } else if (type.type().equals("application/x-www-form-urlencoded")) {
                form(new String(body, StandardCharsets.UTF_8), given);
            } else {
                opaque = text(body, type.binary());
            }
        }
        for (String name : RESERVED) {
            refuse(given, name);
        }
        fixed.forEach(name -> refuse(given, name));
        ObjectNode arguments = common();
        arguments.setAll(given);
        if (opaque != null) {
            arguments.set("__ow_body", opaque);
        }
        return arguments;
    }

    /** The arguments with query and body as they came. */
    ObjectNode raw() {
        byte[] body = JsonBody.bytes(context, JsonBody.MAX_PAYLOAD);
        ObjectNode arguments = common();
        arguments.put("__ow_query", query());
        ContentType type = type();
        arguments.set(
                "__ow_body",
                text(body, body.length > 0 && (type.binary() || type.type().equals("application/json"))));
        return arguments;
    }

    private ObjectNode common() {
        ObjectNode arguments = NODES.objectNode();
        arguments.put("__ow_method", context.req().getMethod().toLowerCase(Locale.ROOT));
        ObjectNode headers = arguments.putObject("__ow_headers");
        for (String name : Collections.list(context.req().getHeaderNames())) {
            List<String> values = Collections.list(context.req().getHeaders(name));
            // The key of a namespace is for this OpenWhisk, not for somebody's action.
            if (user.isEmpty() || !name.equalsIgnoreCase("Authorization")) {
                headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values));
            }
        }
        arguments.put("__ow_path", path);
        user.ifPresent(namespace -> arguments.put("__ow_user", namespace));
        return arguments;
    }

    private String query() {
        String query = context.req().getQueryString();
        return query == null ? "" : query;
    }

    private ContentType type() {
        String header = context.req().getContentType();
        return Optional.ofNullable(header)
                .flatMap(ContentType::parse)
                .orElse(new ContentType("application", "octet-stream", ""));
    }

    private static JsonNode text(byte[] body, boolean base64) {
        return TextNode.valueOf(
                base64 ? Base64.getEncoder().encodeToString(body) : new String(body, StandardCharsets.UTF_8));
    }

    private static void refuse(ObjectNode given, String name) {
        if (given.has(name)) {
            throw notAllowed();
        }
    }

    /** 400: a request sets a parameter that it may not set. */
    static LeanException notAllowed() {
        return new LeanException(400, "Request defines parameters that are not allowed (e.g., reserved properties).");
    }

    private static void form(String text, ObjectNode into) {
        for (String field : text.split("&", -1)) {
            if (!field.isEmpty()) {
                int equals = field.indexOf('=');
                String name = equals < 0 ? field : field.substring(0, equals);
                into.put(decode(name), equals < 0 ? "" : decode(field.substring(equals + 1)));
            }
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new LeanException(400, "The request's query or form is not percent-encoded correctly.", e);
        }
    }
}
