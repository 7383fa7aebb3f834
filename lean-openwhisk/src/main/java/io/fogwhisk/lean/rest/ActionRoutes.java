package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.invoker.ActionResolver;
import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityChange;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.Binding;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskPackage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /namespaces/{ns}/actions[/{pkg}]/{name}}. */
final class ActionRoutes {

    private static final String COLLECTION = "actions";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final EntityStore entities;
    private final Entitlement entitlement;
    private final ActionResolver resolver;
    private final Invocations invocations;
    private final Answers answers;
    private final Duration blockingLimit;
    private final Clock clock;
    private final SequenceCheck sequences;

    ActionRoutes(
            EntityStore entities,
            Entitlement entitlement,
            ActionResolver resolver,
            Invocations invocations,
            Answers answers,
            Duration blockingLimit,
            Clock clock) {
        this.entities = entities;
        this.entitlement = entitlement;
        this.resolver = resolver;
        this.invocations = invocations;
        this.answers = answers;
        this.blockingLimit = blockingLimit;
        this.clock = clock;
        this.sequences = new SequenceCheck(resolver, entitlement);
    }

    void handle(Exchange exchange) {
        List<String> names = exchange.names();
        if (names.isEmpty()) {
            list(exchange);
        } else if (names.size() == 1 && exchange.trailingSlash()) {
            listPackage(exchange);
        } else if (names.size() > 2) {
            throw Exchange.noSuchRoute();
        } else {
            QualifiedName name = names.size() == 1
                    ? QualifiedName.of(exchange.namespace(), names.get(0))
                    : QualifiedName.of(exchange.namespace(), names.get(0), names.get(1));
            entity(exchange, name);
        }
    }

    private void entity(Exchange exchange, QualifiedName name) {
        switch (exchange.method()) {
            case "GET" -> get(exchange, name);
            case "PUT" -> put(exchange, name);
            case "POST" -> invoke(exchange, name);
            case "DELETE" -> delete(exchange, name);
            default -> throw Exchange.noSuchRoute();
        }
    }

    private void list(Exchange exchange) {
        if (!exchange.method().equals("GET")) {
            throw Exchange.noSuchRoute();
        }
        entitlement.checkOwner(exchange.caller(), exchange.namespace(), exchange.namespace());
        exchange.list(
                COLLECTION, entities.inNamespace(WhiskAction.class, exchange.namespace()), WhiskAction::toSummary);
    }

    private void listPackage(Exchange exchange) {
        if (!exchange.method().equals("GET")) {
            throw Exchange.noSuchRoute();
        }
        String name = exchange.names().get(0);
        entitlement.checkPackage(exchange.caller(), exchange.namespace(), name);
        WhiskPackage pkg = provider(entities.require(WhiskPackage.class, exchange.namespace(), name));
        exchange.list(COLLECTION, entities.inPackage(pkg), WhiskAction::toSummary);
    }

    private WhiskPackage provider(WhiskPackage pkg) {
        if (pkg.binding().isEmpty()) {
            return pkg;
        }
        Binding binding = pkg.binding().get();
        return entities.require(WhiskPackage.class, binding.namespace(), binding.name());
    }

    private void get(Exchange exchange, QualifiedName name) {
        entitlement.checkAction(exchange.caller(), name);
        ActionResolver.Inherited found = require(name);
        ObjectNode json = found.action().toJson(exchange.flag("code", true));
        if (name.packageName().isPresent()) {
            json.set("parameters", KeyValue.toJson(list(found.params())));
            if (!found.action().name().equals(name)) {
                json.put("binding", name.path());
            }
        }
        exchange.json(200, json);
    }

    private ActionResolver.Inherited require(QualifiedName name) {
        if (name.packageName().isEmpty()) {
            entities.require(WhiskAction.class, name.path(), name.name());
        }
        return resolver.find(name).orElseThrow(LeanException::notFound);
    }

    private static List<KeyValue> list(JsonObject params) {
        List<KeyValue> list = new ArrayList<>();
        params.tree().properties().forEach(field -> list.add(new KeyValue(field.getKey(), field.getValue())));
        return list;
    }

    private void put(Exchange exchange, QualifiedName name) {
        entitlement.checkOwner(exchange.caller(), exchange.namespace(), name.path() + "/" + name.name());
        EntityPut put = EntityPut.of(exchange, "Object expected in field 'exec'");
        WhiskAction stored = entities.change(change -> {
            checkPackage(name);
            WhiskAction old = put.changed(entities.optional(WhiskAction.class, name.path(), name.name()));
            return put(change, name, old, put);
        });
        exchange.json(200, stored.toJson());
    }

    private void checkPackage(QualifiedName name) {
        if (name.packageName().isPresent()) {
            WhiskPackage pkg = entities.require(
                    WhiskPackage.class, name.namespace(), name.packageName().get());
            if (pkg.binding().isPresent()) {
                throw new LeanException(400, "Operation not permitted on package binding.");
            }
        }
    }

    private WhiskAction put(EntityChange change, QualifiedName name, @Nullable WhiskAction old, EntityPut put) {
        Optional<Exec> given = put.field("exec").map(json -> exec(json, name));
        if (given.isEmpty() && old == null) {
            throw new LeanException(400, "exec undefined");
        }
        Exec exec = given.orElseGet(() -> old == null ? noExec() : old.exec());
        Limits limits = old == null ? Limits.DEFAULT : old.limits();
        Optional<JsonNode> otherLimits = put.field("limits");
        WhiskAction action = new WhiskAction(
                name,
                put.versionAfter(old),
                put.publishAfter(old),
                annotations(put, old, exec),
                clock.millis(),
                parameters(put, old, exec),
                exec,
                otherLimits.isPresent() ? limits.with(otherLimits.get()) : limits);
        change.put(action);
        return action;
    }

    private static Exec noExec() {
        throw new LeanException(400, "exec undefined");
    }

    private Exec exec(JsonNode json, QualifiedName name) {
        if (!json.isObject()) {
            throw Exchange.malformed("Object expected in field 'exec'");
        }
        String kind = json.path("kind").textValue();
        if (kind == null) {
            throw Exchange.malformed("'kind' must be a string defined in 'exec'");
        }
        if (!kind.trim().equals(Exec.SEQUENCE)) {
            throw Exchange.malformed("The specified runtime '" + kind
                    + "' is not supported by this platform. Valid values are: '" + Exec.SEQUENCE + "'.");
        }
        try {
            return sequences.checked((Exec.Sequence) Exec.fromJson(json), name);
        } catch (WskException e) {
            throw new LeanException(400, "The request content was malformed:\n" + e.getMessage(), e);
        }
    }

    private static List<KeyValue> annotations(EntityPut put, @Nullable WhiskAction old, Exec exec) {
        Map<String, KeyValue> byKey = new LinkedHashMap<>();
        if (old != null) {
            old.annotations().forEach(annotation -> byKey.put(annotation.key(), annotation));
        }
        put.field("delAnnotations").ifPresent(names -> names.forEach(gone -> byKey.remove(gone.asText())));
        put.annotations().ifPresent(list -> list.forEach(annotation -> byKey.put(annotation.key(), annotation)));
        if (old == null) {
            byKey.putIfAbsent("provide-api-key", new KeyValue("provide-api-key", NODES.booleanNode(false)));
        }
        byKey.put("exec", new KeyValue("exec", NODES.textNode(exec.kind())));
        return List.copyOf(byKey.values());
    }

    private static List<KeyValue> parameters(EntityPut put, @Nullable WhiskAction old, Exec exec) {
        if (exec instanceof Exec.Sequence sequence) {
            ArrayNode names = NODES.arrayNode();
            sequence.components().forEach(component -> names.add(component.toString()));
            return List.of(new KeyValue("_actions", names));
        }
        return put.parameters().orElseGet(() -> old == null ? List.of() : old.parameters());
    }

    private void invoke(Exchange exchange, QualifiedName name) {
        entitlement.checkAction(exchange.caller(), name);
        require(name);
        JsonObject params = JsonObject.adopt(exchange.body("JSON object expected"));
        Duration wait = exchange.flag("blocking", false) ? wait(exchange) : Duration.ZERO;
        answers.when(
                exchange.context(),
                invocations.invoke(exchange.caller(), name, params, wait, exchange.origin()),
                exchange.flag("result", false));
    }

    private Duration wait(Exchange exchange) {
        Optional<String> text = exchange.query("timeout");
        if (text.isEmpty()) {
            return blockingLimit;
        }
        try {
            long millis = Long.parseLong(text.get());
            if (millis >= 1 && millis <= blockingLimit.toMillis()) {
                return Duration.ofMillis(millis);
            }
        } catch (NumberFormatException e) {
            throw new LeanException(400, timeoutRange(), e);
        }
        throw new LeanException(400, timeoutRange());
    }

    private String timeoutRange() {
        return "The query parameter 'timeout' was malformed:\nTimeout must be number of milliseconds up to "
                + blockingLimit.toMillis() + ".";
    }

    private void delete(Exchange exchange, QualifiedName name) {
        entitlement.checkOwner(exchange.caller(), exchange.namespace(), name.path() + "/" + name.name());
        WhiskAction deleted = entities.change(change -> {
            checkPackage(name);
            WhiskAction action = entities.require(WhiskAction.class, name.path(), name.name());
            change.delete(action);
            return action;
        });
        exchange.json(200, deleted.toJson());
    }
}
