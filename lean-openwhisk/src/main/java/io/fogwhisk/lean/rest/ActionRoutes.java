package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.invoker.ActionResolver;
import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.lean.parameters.Effective;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.Binding;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskPackage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** {@code /namespaces/{ns}/actions[/{pkg}]/{name}}. */
final class ActionRoutes {

    private static final String COLLECTION = "actions";

    private final EntityStore entities;
    private final Entitlement entitlement;
    private final ActionResolver resolver;
    private final Invocations invocations;
    private final Answers answers;
    private final Duration blockingLimit;
    private final ActionPut puts;

    ActionRoutes(
            EntityStore entities,
            Entitlement entitlement,
            ActionResolver resolver,
            Invocations invocations,
            Answers answers,
            Duration blockingLimit,
            ActionPut puts) {
        this.entities = entities;
        this.entitlement = entitlement;
        this.resolver = resolver;
        this.invocations = invocations;
        this.answers = answers;
        this.blockingLimit = blockingLimit;
        this.puts = puts;
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
        WhiskAction action = found.action();
        if (exchange.flag("explain", false)) {
            exchange.json(200, explained(exchange, name));
            return;
        }
        if (!exchange.flag("code", true)) {
            exchange.json(200, inherited(action, name, action.toJson(false)));
            return;
        }
        try (ActionAnswer answer = ActionAnswer.of(entities, action)) {
            answer.write(exchange.context(), inherited(action, name, action.toJson()));
        }
    }

    /** Each parameter that holds at this site, with where it came from; only to those whom the action belongs to. */
    private ObjectNode explained(Exchange exchange, QualifiedName name) {
        entitlement.checkOwner(exchange.caller(), exchange.namespace(), name.path() + "/" + name.name());
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("action", name.toString());
        ArrayNode list = json.putArray("parameters");
        for (Effective each : resolver.explain(name).orElseThrow(LeanException::notFound)) {
            ObjectNode parameter = list.addObject().put("key", each.parameter().key());
            if (each.secret()) {
                parameter.put("secret", true);
            } else {
                parameter.set("value", each.parameter().value());
            }
            parameter.put("from", each.from());
            if (!each.unknown().isEmpty()) {
                new TreeSet<>(each.unknown()).forEach(parameter.putArray("unknown")::add);
            }
        }
        return json;
    }

    /** An action's JSON with the parameters that it inherits under a name. */
    private ObjectNode inherited(WhiskAction action, QualifiedName name, ObjectNode json) {
        if (name.packageName().isPresent()) {
            WhiskPackage pkg = entities.require(
                    WhiskPackage.class, name.namespace(), name.packageName().get());
            List<KeyValue> params = KeyValue.merge(provider(pkg).parameters(), pkg.parameters());
            json.set("parameters", KeyValue.toJson(KeyValue.merge(params, action.parameters())));
            if (!action.name().equals(name)) {
                json.put("binding", name.path());
            }
        }
        return json;
    }

    private ActionResolver.Inherited require(QualifiedName name) {
        if (name.packageName().isEmpty()) {
            entities.require(WhiskAction.class, name.path(), name.name());
        }
        return resolver.find(name).orElseThrow(LeanException::notFound);
    }

    private void put(Exchange exchange, QualifiedName name) {
        entitlement.checkOwner(exchange.caller(), exchange.namespace(), name.path() + "/" + name.name());
        WhiskAction stored = puts.put(exchange, name);
        try (ActionAnswer answer = ActionAnswer.of(entities, stored)) {
            answer.write(exchange.context(), stored.toJson());
        }
    }

    private void invoke(Exchange exchange, QualifiedName name) {
        entitlement.checkAction(exchange.caller(), name);
        ActionResolver.Inherited found = require(name);
        exchange.checkKind(found.action().exec().kind());
        ObjectNode params = JsonBody.object(exchange.context(), "JSON object expected", JsonBody.MAX_PAYLOAD);
        for (String fixed : Annotations.fixedParameters(found.action(), found.params())) {
            if (params.has(fixed)) {
                throw WebRequest.notAllowed();
            }
        }
        Duration wait = exchange.flag("blocking", false) ? wait(exchange) : Duration.ZERO;
        answers.when(
                exchange.context(),
                invocations.invoke(exchange.caller(), name, JsonObject.adopt(params), wait, exchange.origin()),
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
        // Its code goes with it, but not before it was read for the answer.
        try (ActionAnswer answer = entities.change(change -> {
            ActionPut.checkPackage(entities, name);
            WhiskAction action = entities.require(WhiskAction.class, name.path(), name.name());
            change.delete(action);
            return ActionAnswer.of(entities, action);
        })) {
            answer.write(exchange.context(), answer.action().toJson());
        }
    }
}
