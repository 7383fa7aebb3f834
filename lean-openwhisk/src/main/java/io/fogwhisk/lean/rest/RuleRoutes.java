package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.invoker.ActionResolver;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityChange;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskRule;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /namespaces/{ns}/rules/{name}}. Whether a rule is active is kept in its trigger. */
final class RuleRoutes {

    private final EntityStore entities;
    private final Entitlement entitlement;
    private final OwnedCollection<WhiskRule> collection;
    private final ActionResolver resolver;
    private final Clock clock;

    RuleRoutes(EntityStore entities, Entitlement entitlement, ActionResolver resolver, Clock clock) {
        this.entities = entities;
        this.entitlement = entitlement;
        this.collection = new OwnedCollection<>("rules", WhiskRule.class, WhiskRule::toJson, entities, entitlement);
        this.resolver = resolver;
        this.clock = clock;
    }

    void handle(Exchange exchange) {
        collection.handle(exchange, this::entity);
    }

    private void entity(Exchange exchange, String name) {
        switch (exchange.method()) {
            case "GET" -> {
                WhiskRule rule = entities.require(WhiskRule.class, exchange.namespace(), name);
                exchange.json(200, json(rule, active(rule)));
            }
            case "PUT" -> put(exchange, name);
            case "POST" -> setStatus(exchange, name);
            case "DELETE" -> delete(exchange, name);
            default -> throw Exchange.noSuchRoute();
        }
    }

    private void put(Exchange exchange, String name) {
        EntityPut put = EntityPut.of(exchange, exchange.body("JSON object expected"));
        ObjectNode stored = entities.change(change -> {
            WhiskRule old = put.changed(entities.optional(WhiskRule.class, exchange.namespace(), name));
            return put(change, QualifiedName.of(exchange.namespace(), name), old, put);
        });
        exchange.json(200, stored);
    }

    private ObjectNode put(EntityChange change, QualifiedName name, @Nullable WhiskRule old, EntityPut put) {
        String caller = name.namespace();
        Optional<QualifiedName> newTrigger = reference(put, "trigger", caller);
        Optional<QualifiedName> newAction = reference(put, "action", caller);
        QualifiedName triggerName = newTrigger.orElseGet(() -> old == null ? missing() : old.trigger());
        QualifiedName action = newAction.orElseGet(() -> old == null ? missing() : old.action());
        entitlement.checkOwner(caller, triggerName.namespace(), triggerName.path() + "/" + triggerName.name());
        entitlement.checkAction(caller, action);
        WhiskTrigger trigger = entities.trigger(triggerName.path(), triggerName.name());
        if (trigger == null) {
            throw new LeanException(400, "trigger " + triggerName + " does not exist");
        }
        if (!resolver.exists(action)) {
            throw new LeanException(400, "action " + action + " does not exist");
        }
        WhiskRule rule = new WhiskRule(
                name,
                put.versionAfter(old),
                put.publishAfter(old),
                put.annotationsAfter(old),
                clock.millis(),
                triggerName,
                action);
        boolean active = old == null || active(old);
        if (old != null && !old.trigger().equals(triggerName)) {
            WhiskTrigger left =
                    entities.trigger(old.trigger().path(), old.trigger().name());
            if (left != null) {
                change.put(left.withoutLink(rule.linkName()));
            }
        }
        change.put(trigger.withLink(rule.linkName(), new WhiskTrigger.Link(action, active)));
        change.put(rule);
        return json(rule, active);
    }

    private static Optional<QualifiedName> reference(EntityPut put, String field, String caller) {
        try {
            return put.field(field)
                    .filter(json -> !json.isTextual() || !json.textValue().isEmpty())
                    .map(WhiskRule::referenced)
                    .map(name -> name.resolve(caller));
        } catch (WskException e) {
            throw new LeanException(400, "The request content was malformed:\n" + e.getMessage(), e);
        }
    }

    private static QualifiedName missing() {
        throw new LeanException(400, "rule requires a valid trigger and a valid action");
    }

    private void setStatus(Exchange exchange, String name) {
        String status = exchange.body("JSON object expected").path("status").asText();
        if (!status.equals(WhiskRule.ACTIVE) && !status.equals(WhiskRule.INACTIVE)) {
            throw Exchange.malformed("requirement failed: " + status + " is not a recognized rule state");
        }
        boolean active = status.equals(WhiskRule.ACTIVE);
        entities.change(change -> {
            WhiskRule rule = entities.require(WhiskRule.class, exchange.namespace(), name);
            WhiskTrigger trigger =
                    entities.trigger(rule.trigger().path(), rule.trigger().name());
            if (trigger == null) {
                if (active) {
                    throw new LeanException(404, "Only rules with existing triggers can be activated");
                }
            } else if (active != active(rule)) {
                change.put(trigger.withLink(rule.linkName(), new WhiskTrigger.Link(rule.action(), active)));
            }
            return true;
        });
        exchange.context().status(200).contentType("text/plain; charset=UTF-8").result("OK");
    }

    private void delete(Exchange exchange, String name) {
        WhiskRule deleted = entities.change(change -> {
            WhiskRule rule = entities.require(WhiskRule.class, exchange.namespace(), name);
            WhiskTrigger trigger =
                    entities.trigger(rule.trigger().path(), rule.trigger().name());
            if (trigger != null) {
                change.put(trigger.withoutLink(rule.linkName()));
            }
            change.delete(rule);
            return rule;
        });
        exchange.json(200, json(deleted, false));
    }

    private boolean active(WhiskRule rule) {
        WhiskTrigger trigger =
                entities.trigger(rule.trigger().path(), rule.trigger().name());
        WhiskTrigger.Link link = trigger == null ? null : trigger.rules().get(rule.linkName());
        return link != null && link.active();
    }

    private static ObjectNode json(WhiskRule rule, boolean active) {
        return rule.toJson().put("status", WhiskRule.status(active));
    }
}
