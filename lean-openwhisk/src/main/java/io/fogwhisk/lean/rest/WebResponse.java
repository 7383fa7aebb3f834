package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a web action's activation is answered with.
 *
 * @param media by the extension
 * @param fields of the result to answer with, as the request's path named them; empty for the medium's own
 */
record WebResponse(WebMedia media, List<String> fields) {

    private static final Pattern TOKEN = Pattern.compile("[\\w!#$%&'*+.^`|~-]+");
    private static final Set<String> OF_THE_SERVER =
            Set.of("content-type", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade");
    private static final ContentType HTML = new ContentType("text", "html", "");
    private static final ContentType JSON = new ContentType("application", "json", "");
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    /**
     * Answers.
     *
     * @throws LeanException if the result is not what the medium needs
     */
    void answer(Context context, Outcome outcome) {
        if (outcome instanceof Outcome.Completed completed) {
            Answers.activationId(context, completed.activation().id());
            answer(context, completed.activation());
        } else if (outcome instanceof Outcome.Accepted accepted) {
            accepted.activationId().ifPresent(id -> Answers.activationId(context, id));
            RestApi.error(context, 202, "Response not yet ready.");
        } else if (outcome instanceof Outcome.Rejected rejected) {
            RestApi.error(context, rejected.statusCode(), rejected.message());
        } else if (outcome instanceof Outcome.Unavailable unavailable) {
            RestApi.error(context, unavailable.statusCode(), unavailable.message());
        }
    }

    private void answer(Context context, Activation activation) {
        JsonNode projected;
        if (activation.success()) {
            projected = project(activation.result());
        } else if (activation.status() == ActivationStatus.APPLICATION_ERROR) {
            projected = activation.result().path("error");
        } else {
            throw new LeanException(400, "There was an error processing your request.");
        }
        if (projected.isMissingNode()) {
            throw new LeanException(404, "Response does not include requested property.");
        }
        switch (media) {
            case HTTP -> http(context, projected);
            case JSON -> json(context, projected);
            case TEXT -> context.contentType("text/plain; charset=UTF-8").result(text(projected));
            default -> page(context, projected);
        }
    }

    private JsonNode project(JsonNode result) {
        if (media == WebMedia.HTTP) {
            return result;
        }
        if (fields.isEmpty() && !media.defaultFields().isEmpty()) {
            return media.defaultFields().stream()
                    .map(result::path)
                    .filter(found -> !found.isMissingNode())
                    .findFirst()
                    .orElse(MissingNode.getInstance());
        }
        JsonNode found = result;
        for (String field : fields) {
            found = found.path(field);
        }
        return found;
    }

    private void json(Context context, JsonNode projected) {
        if (!projected.isContainerNode()) {
            throw invalid();
        }
        context.contentType(JSON.header()).result(PrettyJson.of(projected));
    }

    private void page(Context context, JsonNode projected) {
        if (!projected.isTextual()) {
            throw invalid();
        }
        context.contentType(media == WebMedia.HTML ? HTML.header() : media.type())
                .result(projected.textValue().getBytes(StandardCharsets.UTF_8));
    }

    private static String text(JsonNode projected) {
        if (projected.isContainerNode()) {
            return PrettyJson.of(projected);
        }
        return projected.isNull() ? "" : projected.asText();
    }

    private LeanException invalid() {
        return new LeanException(400, "Response is not valid '" + media.type() + "'.");
    }

    private void http(Context context, JsonNode said) {
        if (!said.isObject()) {
            throw invalid();
        }
        // Everything is checked before anything is written, so that a refusal carries no header of the action.
        List<Map.Entry<String, String>> headers = headers(said.path("headers"));
        Optional<String> type = headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase("content-type"))
                .map(Map.Entry::getValue)
                .reduce((first, last) -> last);
        JsonNode body = said.path("body");
        boolean empty = body.isMissingNode()
                || body.isNull()
                || (body.isTextual() && body.textValue().isEmpty());
        int status = status(said.path("statusCode"), empty ? NO_CONTENT : OK);
        if (empty) {
            write(context, status, headers);
            type.ifPresent(context::contentType);
            return;
        }
        ContentType contentType = type.isEmpty()
                ? body.isTextual() ? HTML : JSON
                : ContentType.parse(type.get())
                        .orElseThrow(() -> new LeanException(400, "Response did not specify a known content-type."));
        byte[] bytes = bytes(body, contentType);
        write(context, status, headers);
        context.contentType(contentType.header()).result(bytes);
    }

    private static void write(Context context, int status, List<Map.Entry<String, String>> headers) {
        context.status(status);
        Set<String> replaced = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (Map.Entry<String, String> header : headers) {
            if (OF_THE_SERVER.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                continue;
            }
            if (replaced.add(header.getKey())) {
                context.res().setHeader(header.getKey(), header.getValue());
            } else {
                context.res().addHeader(header.getKey(), header.getValue());
            }
        }
    }

    private static byte[] bytes(JsonNode body, ContentType type) {
        LeanException clash = new LeanException(400, "Response type in header did not match generated content type.");
        if (!body.isTextual()) {
            if (!type.json()) {
                throw clash;
            }
            return PrettyJson.of(body).getBytes(StandardCharsets.UTF_8);
        }
        if (!type.binary()) {
            return body.textValue().getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(body.textValue());
        } catch (IllegalArgumentException e) {
            clash.initCause(e);
            throw clash;
        }
    }

    private int status(JsonNode json, int otherwise) {
        if (json.isMissingNode()) {
            return otherwise;
        }
        String text = json.asText();
        try {
            int status = json.isTextual() || json.isNumber() ? new BigDecimal(text).intValueExact() : 0;
            if (status >= OK && status <= 599) {
                return status;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            LeanException invalid = invalid();
            invalid.initCause(e);
            throw invalid;
        }
        throw invalid();
    }

    private List<Map.Entry<String, String>> headers(JsonNode json) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        if (json.isMissingNode()) {
            return headers;
        }
        if (!json.isObject()) {
            throw invalid();
        }
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (field.getValue().isArray()) {
                field.getValue().forEach(value -> headers.add(header(field.getKey(), value)));
            } else {
                headers.add(header(field.getKey(), field.getValue()));
            }
        }
        return headers;
    }

    private Map.Entry<String, String> header(String name, JsonNode value) {
        String text = value.asText();
        // A line break would let an action write headers, or a whole answer, that nobody checked.
        boolean controls = text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f);
        if (!value.isValueNode()
                || value.isNull()
                || controls
                || !TOKEN.matcher(name).matches()) {
            throw invalid();
        }
        return Map.entry(name, text);
    }
}
