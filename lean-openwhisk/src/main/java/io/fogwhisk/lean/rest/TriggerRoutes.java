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

    private final EntityStore entities;
    private final OwnedCollection<WhiskTrigger> collection;
    private final Invocations invocations;
    private final FeedLifecycle feeds;
    private final Answers answers;
    private final Clock clock;

    TriggerRoutes(
            EntityStore entities,
            Entitlement entitlement,
            Invocations invocations,
            FeedLifecycle feeds,
            Answers answers,
            Clock clock) {
        this.entities = entities;
        this.collection =
                new OwnedCollection<>("triggers", WhiskTrigger.class, WhiskTrigger::toSummary, entities, entitlement);
        this.invocations = invocations;
        this.feeds = feeds;
        this.answers = answers;
        this.clock = clock;
    }

    void handle(Exchange exchange) {
        collection.handle(exchange, this::entity);
    }

    private void entity(Exchange exchange, String name) {
        switch (exchange.method()) {
            case "GET" ->
                exchange.json(200, feeds.shown(entities.require(WhiskTrigger.class, exchange.namespace(), name)));
            case "PUT" -> put(exchange, name);
            case "POST" -> fire(exchange, name);
            case "DELETE" -> delete(exchange, name);
            default -> throw Exchange.noSuchRoute();
        }
    }

    private void put(Exchange exchange, String name) {
        String namespace = exchange.namespace();
        EntityPut put = EntityPut.of(exchange, exchange.body("JSON object expected"));
        put.annotations().ifPresent(TriggerRoutes::checkFeed);
        WhiskTrigger stored = entities.change(change -> {
            WhiskTrigger old = put.changed(entities.optional(WhiskTrigger.class, namespace, name));
            WhiskTrigger trigger = new WhiskTrigger(
                    QualifiedName.of(namespace, name),
                    put.versionAfter(old),
                    put.publishAfter(old),
                    FeedLifecycle.toStore(put.annotationsAfter(old)),
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
                if (!annotation.value().isTextual()) {
                    throw new LeanException(400, "Feed name is not valid");
                }
                try {
                    QualifiedName.parse(annotation.value().textValue());
                } catch (WskException e) {
                    throw new LeanException(400, "Feed name is not valid", e);
                }
            }
        }
    }

    private void fire(Exchange exchange, String name) {
        WhiskTrigger trigger = entities.require(WhiskTrigger.class, exchange.namespace(), name);
        JsonObject payload =
                JsonObject.adopt(JsonBody.object(exchange.context(), "JSON object expected", JsonBody.MAX_PAYLOAD));
        answers.when(
                exchange.context(),
                invocations.fire(exchange.caller(), trigger.name(), payload, exchange.originWithHeaders()),
                false);
    }

    private void delete(Exchange exchange, String name) {
        WhiskTrigger deleted = entities.change(change -> {
            WhiskTrigger trigger = entities.require(WhiskTrigger.class, exchange.namespace(), name);
            change.delete(trigger);
            return trigger;
        });
        answers.when(
                exchange.context(), feeds.deleted(deleted, exchange), trigger -> exchange.json(200, trigger.toJson()));
    }
}
