package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.invoker.Activations;
import io.fogwhisk.lean.queue.ActivationLog;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.EntityName;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code /namespaces/{ns}/activations[/{id}[/logs|/result]]}. */
final class ActivationRoutes {

    private static final String COLLECTION = "activations";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final Duration HOLD = Duration.ofSeconds(5);

    private final Activations activations;
    private final Entitlement entitlement;
    private final Answers answers;

    ActivationRoutes(Activations activations, Entitlement entitlement, Answers answers) {
        this.activations = activations;
        this.entitlement = entitlement;
        this.answers = answers;
    }

    void handle(Exchange exchange) {
        List<String> names = exchange.names();
        if (!exchange.method().equals("GET") || names.size() > 2) {
            throw Exchange.noSuchRoute();
        }
        String namespace = exchange.namespace();
        entitlement.checkOwner(exchange.caller(), namespace, namespace);
        if (names.isEmpty()) {
            list(exchange);
            return;
        }
        ActivationId id = new ActivationId(names.get(0));
        String part = names.size() == 2 ? names.get(1) : "";
        if (!part.isEmpty() && !part.equals("logs") && !part.equals("result")) {
            throw Exchange.noSuchRoute();
        }
        // Clients ask again and again until there is a record, and take the first for the last: those who ask for an
        // activation under way are answered at its end, if that comes soon.
        answers.when(
                exchange.context(),
                activations.ended(namespace, id, HOLD),
                (Optional<Activations.Found> found) ->
                        answer(exchange, found.orElseThrow(LeanException::notFound), part));
    }

    private static void answer(Exchange exchange, Activations.Found found, String part) {
        if (part.isEmpty()) {
            exchange.text(200, found.doc());
        } else if (!found.ended()) {
            throw LeanException.notFound();
        } else if (part.equals("logs")) {
            ObjectNode logs = NODES.objectNode();
            logs.set("logs", read(found.doc()).path("logs"));
            exchange.json(200, logs);
        } else {
            exchange.json(200, read(found.doc()).path("response"));
        }
    }

    private void list(Exchange exchange) {
        boolean docs = exchange.flag("docs", false);
        boolean count = exchange.flag("count", false);
        if (docs && count) {
            throw new LeanException(400, "The parameter 'docs' is not permitted with 'count'.");
        }
        Optional<String> status = exchange.query("status").map(text -> text.toLowerCase(Locale.ROOT));
        boolean running = status.equals(Optional.of("running"));
        ActivationLog.Query query = new ActivationLog.Query(
                exchange.namespace(),
                exchange.query("name").map(ActivationRoutes::checkedName),
                millis(exchange, "since", 0),
                millis(exchange, "upto", Long.MAX_VALUE),
                running ? Optional.empty() : status.map(ActivationRoutes::status),
                exchange.skip(COLLECTION),
                exchange.limit(COLLECTION));
        if (count) {
            long number = running ? activations.countRunning(query) : activations.count(query);
            exchange.json(200, NODES.objectNode().put(COLLECTION, number));
            return;
        }
        List<String> found = running ? activations.running(query) : activations.list(query);
        if (docs) {
            exchange.text(200, "[" + String.join(",", found) + "]");
            return;
        }
        ArrayNode rows = NODES.arrayNode();
        found.forEach(text -> rows.add(row(read(text))));
        exchange.json(200, rows);
    }

    private static ActivationStatus status(String text) {
        for (ActivationStatus status : ActivationStatus.values()) {
            if (text.equals(status.text())
                    || text.equals("action " + status.text())
                    || ("action " + text).equals(status.text())
                    || text.equals(String.valueOf(status.code()))) {
                return status;
            }
        }
        throw Exchange.malformedQuery(
                "status",
                "The value '" + text + "' is not 'success', 'application error', 'developer error', 'whisk internal"
                        + " error', 'running' or 0 to 3.");
    }

    private static ObjectNode row(JsonNode doc) {
        ObjectNode row = NODES.objectNode();
        for (String field :
                List.of("namespace", "name", "version", "publish", "annotations", "activationId", "start", "cause")) {
            JsonNode value = doc.get(field);
            if (value != null) {
                row.set(field, value);
            }
        }
        if (doc.has("end")) {
            row.set("end", doc.path("end"));
            row.set("duration", doc.path("duration"));
            row.put(
                    "statusCode",
                    ActivationStatus.of(doc.path("response").path("status").asText())
                            .code());
        }
        return row;
    }

    private static String checkedName(String name) {
        String[] parts = name.split("/", -1);
        if (parts.length > 2) {
            throw badName(name);
        }
        try {
            for (String part : parts) {
                EntityName.checked(part);
            }
        } catch (WskException e) {
            throw badName(name);
        }
        return name;
    }

    private static LeanException badName(String name) {
        return Exchange.malformedQuery(
                "name", "Parameter may be a 'simple' name or 'package-name/simple' name: " + name);
    }

    private static long millis(Exchange exchange, String name, long otherwise) {
        Optional<String> text = exchange.query(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(text.get());
        } catch (NumberFormatException e) {
            throw new LeanException(
                    400,
                    "The query parameter '" + name
                            + "' was malformed:\nParameter is not a valid value for epoch seconds: " + text.get(),
                    e);
        }
    }

    private static JsonNode read(String doc) {
        try {
            return MAPPER.readTree(doc);
        } catch (JsonProcessingException e) {
            throw new LeanException(500, "The record of the activation cannot be read.", e);
        }
    }
}
