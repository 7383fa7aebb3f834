package io.fogwhisk.lean.invoker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.lean.queue.Invocation;
import io.fogwhisk.lean.queue.InvocationQueue;
import io.fogwhisk.lean.queue.Origin;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds out what an entry comes to: which actions, with which parameters. For the invoker's thread. */
final class Planner {

    /** After so many lives of the process that ended with an entry, it is not started once more. */
    static final int MAX_ATTEMPTS = 3;

    private final InvocationQueue queue;
    private final EntityStore entities;
    private final ActionResolver resolver;
    private final IdentitySource identities;
    private final Metrics metrics;

    Planner(
            InvocationQueue queue,
            EntityStore entities,
            ActionResolver resolver,
            IdentitySource identities,
            Metrics metrics) {
        this.queue = queue;
        this.entities = entities;
        this.resolver = resolver;
        this.identities = identities;
        this.metrics = metrics;
    }

    /** What an entry comes to; whatever is wrong with it becomes its record. */
    Plan plan(Entry entry) {
        Invocation invocation = entry.invocation();
        EntryRun run = new EntryRun(entry, identity(entry));
        if (identities.byNamespace(invocation.namespace()) == null) {
            return refused(
                    run,
                    ActivationStatus.APPLICATION_ERROR,
                    "The namespace " + invocation.namespace() + " has no key any more.");
        }
        if (entry.attempts() >= MAX_ATTEMPTS && queue.suspect(entry)) {
            return refused(
                    run,
                    ActivationStatus.INTERNAL_ERROR,
                    "The server ended " + entry.attempts() + " times while this ran: it is not run again.");
        }
        return invocation.fire() ? fire(run) : invoke(run);
    }

    /** The plan of an entry that could not be planned. */
    Plan failed(Entry entry, RuntimeException why) {
        return refused(
                new EntryRun(entry, identity(entry)), ActivationStatus.INTERNAL_ERROR, "The invocation failed: " + why);
    }

    /** Whose an entry is; of a namespace that is gone, somebody who stands in. */
    Identity identity(Entry entry) {
        String namespace = entry.invocation().namespace();
        @Nullable Identity identity = identities.byNamespace(namespace);
        return identity == null ? nobody(namespace) : identity;
    }

    private Plan invoke(EntryRun run) {
        Entry entry = run.entry();
        ResolvedAction action = resolver.resolve(entry.invocation().target());
        if (action == null) {
            return refused(
                    run, ActivationStatus.APPLICATION_ERROR, "Action could not be found or may have been deleted.");
        }
        Value params = Value.of(entry.invocation().payload());
        ActivationId id = entry.stamp().id(0);
        Optional<ActivationId> cause = entry.invocation().origin().cause();
        return new Plan(run, List.of(Call.of(run, action, params, run.identity(), id, cause)));
    }

    private Plan fire(EntryRun run) {
        @Nullable WhiskTrigger trigger = trigger(run);
        if (trigger == null) {
            return refused(run, ActivationStatus.APPLICATION_ERROR, "The requested resource does not exist.");
        }
        Value params = Value.of(params(trigger, run.entry().invocation()));
        ActivationId cause = run.entry().stamp().id(0);
        List<Call> calls = new ArrayList<>(trigger.rules().size());
        addTriggerRecord(run, trigger, action -> {
            Optional<ActivationId> id = run.nextId();
            id.ifPresent(given -> calls.add(Call.of(run, action, params, run.identity(), given, Optional.of(cause))));
            return id;
        });
        return new Plan(run, calls);
    }

    /**
     * The entries that a fire of several rules comes to when their actions have to wait each for itself.
     *
     * @param run gets the record of the trigger
     * @return not in the queue yet
     */
    List<Entry> split(EntryRun run) {
        List<Entry> parts = new ArrayList<>();
        @Nullable WhiskTrigger trigger = trigger(run);
        if (trigger != null) {
            Invocation fire = run.entry().invocation();
            JsonObject params = params(trigger, fire);
            Origin origin = new Origin(
                    fire.origin().transactionId(),
                    Optional.empty(),
                    Optional.of(run.entry().stamp().id(0)));
            addTriggerRecord(run, trigger, action -> {
                Entry part =
                        queue.unqueued(new Invocation(fire.namespace(), false, action.invokedAs(), params, origin));
                parts.add(part);
                return Optional.of(part.stamp().id(0));
            });
        }
        return parts;
    }

    /** Gives an action that a rule invokes an id, or none if there are too many. */
    @FunctionalInterface
    private interface Ids {
        Optional<ActivationId> idOf(ResolvedAction action);
    }

    private void addTriggerRecord(EntryRun run, WhiskTrigger trigger, Ids ids) {
        List<String> logs = new ArrayList<>(trigger.rules().size());
        for (Map.Entry<String, WhiskTrigger.Link> rule : trigger.rules().entrySet()) {
            QualifiedName name = rule.getValue().action();
            ResolvedAction action = resolver.resolve(name);
            if (!rule.getValue().active()) {
                logs.add(RuleLog.refused(rule.getKey(), name, RuleLog.inactive(rule.getKey(), name)));
            } else if (action == null) {
                logs.add(RuleLog.refused(rule.getKey(), name, "The requested resource does not exist."));
            } else {
                logs.add(ids.idOf(action)
                        .map(id -> RuleLog.activated(rule.getKey(), name, id))
                        .orElseGet(() -> RuleLog.refused(rule.getKey(), name, "Too many rules for one trigger.")));
            }
        }
        run.add(Records.entry(
                run.entry(),
                run.identity().subject(),
                trigger.version().toString(),
                ActivationStatus.SUCCESS,
                Value.of(run.entry().invocation().payload()),
                logs));
    }

    private @Nullable WhiskTrigger trigger(EntryRun run) {
        QualifiedName target = run.entry().invocation().target();
        return entities.trigger(target.namespace(), target.name());
    }

    /** The trigger's own parameters, under the headers of the request, under what it was fired with. */
    private JsonObject params(WhiskTrigger trigger, Invocation fire) {
        JsonObject given = fire.payload();
        if (fire.origin().headers().isPresent()) {
            JsonObject headers = JsonObject.adopt(JsonNodeFactory.instance
                    .objectNode()
                    .set("__ow_headers", fire.origin().headers().get().tree()));
            given = headers.merge(given);
        }
        return resolver.parameters(trigger).merge(given);
    }

    private Plan refused(EntryRun run, ActivationStatus status, String why) {
        metrics.count(Meter.LEAN_FAILED);
        run.add(Records.entry(run.entry(), run.identity().subject(), "0.0.1", status, Value.error(why), List.of()));
        return new Plan(run, List.of());
    }

    private static Identity nobody(String namespace) {
        AuthKey none = new AuthKey(new UUID(0, 0), "0".repeat(64));
        return new Identity(namespace, namespace, none, NamespaceLimits.DEFAULT);
    }
}
