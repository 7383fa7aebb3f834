package io.fogwhisk.lean.rest;

import io.fogwhisk.lean.invoker.Invocations;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.time.Clock;
import java.util.Collections;
import java.util.List;

/** {@code /namespaces/{ns}/triggers/{name}}. */
final class TriggerRoutes {

    private static final String COLLECTION = "triggers";

    private final EntityStore entities;
    private final Entitlement entitlement;
    private final Invocations invocations;
    private final Answers answers;
    private final Clock clock;

    TriggerRoutes(
            EntityStore entities, Entitlement entitlement, Invocations invocations, Answers answers, Clock clock) {
        this.entities = entities;
        this.entitlement = entitlement;
        this.invocations = invocations;
        this.answers = answers;
        this.clock = clock;
    }

    void handle(Exchange exchange) {
        List<String> names = exchange.names();
        String namespace = exchange.namespace();
        if (names.size() > 1) {
            throw Exchange.noSuchRoute();
        }
        if (names.isEmpty()) {
            if (!exchange.method().equals("GET")) {
                throw Exchange.noSuchRoute();
            }
            entitlement.checkOwner(exchange.caller(), namespace, namespace);
            exchange.list(COLLECTION, entities.inNamespace(WhiskTrigger.class, namespace), WhiskTrigger::toSummary);
            return;
        }
        String name = names.get(0);
        entitlement.checkOwner(exchange.caller(), namespace, namespace + "/" + name);
        switch (exchange.method()) {
            case "GET" ->
                exchange.json(
                        200,
                        entities.require(WhiskTrigger.class, namespace, name).toJson());
            case "PUT" -> put(exchange, name);
            case "POST" -> fire(exchange, name);
            case "DELETE" -> delete(exchange, name);
            default -> throw Exchange.noSuchRoute();
        }
    }

    private void put(Exchange exchange, String name) {
        String namespace = exchange.namespace();
        EntityPut put = EntityPut.of(exchange.body("JSON object expected"));
        put.annotations().ifPresent(TriggerRoutes::checkFeed);
        boolean overwrite = exchange.flag("overwrite", false);
        WhiskTrigger stored = entities.change(change -> {
            WhiskTrigger old =
                    entities.optional(WhiskTrigger.class, namespace, name).orElse(null);
            if (old != null && !overwrite) {
                throw new LeanException(409, "resource already exists");
            }
            WhiskTrigger trigger = new WhiskTrigger(
                    QualifiedName.of(namespace, name),
                    put.versionAfter(old),
                    put.publishAfter(old),
                    put.annotationsAfter(old),
                    clock.millis(),
                    put.parameters().orElseGet(() -> old == null ? List.of() : old.parameters()),
                    old == null ? Collections.emptySortedMap() : old.rules());
            change.put(trigger);
            return trigger;
        });
        exchange.json(200, stored.toJson());
    }

    private static void checkFeed(List<KeyValue> annotations) {
        for (KeyValue annotation : annotations) {
            if (annotation.key().equals("feed")) {
                try {
                    QualifiedName.parse(annotation.value().asText());
                } catch (WskException e) {
                    throw new LeanException(400, "Feed name is not valid", e);
                }
            }
        }
    }

    private void fire(Exchange exchange, String name) {
        WhiskTrigger trigger = entities.require(WhiskTrigger.class, exchange.namespace(), name);
        JsonObject payload = JsonObject.adopt(exchange.body("JSON object expected"));
        answers.when(exchange.context(), invocations.fire(exchange.caller(), trigger.name(), payload), false);
    }

    private void delete(Exchange exchange, String name) {
        WhiskTrigger deleted = entities.change(change -> {
            WhiskTrigger trigger = entities.require(WhiskTrigger.class, exchange.namespace(), name);
            change.delete(trigger);
            return trigger;
        });
        exchange.json(200, deleted.toJson());
    }
}
