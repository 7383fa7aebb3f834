package io.fogwhisk.bridge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.EntityListing;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A small OpenWhisk in memory, with the keys of guest and whisk.system. */
public final class InMemoryOpenWhisk implements OpenWhisk, EntityListing, Identities {

    public static final ActivationId ID = new ActivationId("4c40ab47cebc448180ab47cebcc48173");

    /** What reached this OpenWhisk. */
    public record Call(AuthKey key, QualifiedName entity, JsonObject input) {}

    public final List<Call> calls = new CopyOnWriteArrayList<>();
    public final AtomicInteger asked = new AtomicInteger();
    public volatile Optional<Outcome> always = Optional.empty();
    private final Set<QualifiedName> triggers = ConcurrentHashMap.newKeySet();
    private final Map<QualifiedName, UnaryOperator<ObjectNode>> actions = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    public void addTrigger(String name) {
        triggers.add(QualifiedName.parse(name));
        listeners.forEach(Runnable::run);
    }

    public void removeTrigger(String name) {
        triggers.remove(QualifiedName.parse(name));
        listeners.forEach(Runnable::run);
    }

    public void addAction(String name, UnaryOperator<ObjectNode> code) {
        actions.put(QualifiedName.parse(name), code);
        listeners.forEach(Runnable::run);
    }

    @Override
    public CompletionStage<Outcome> fire(AuthKey key, QualifiedName trigger, JsonObject payload) {
        calls.add(new Call(key, trigger, payload));
        return done(always.orElseGet(() -> triggers.contains(trigger)
                ? new Outcome.Accepted(Optional.of(ID))
                : new Outcome.Rejected(404, "The requested resource does not exist.")));
    }

    @Override
    public CompletionStage<Outcome> invoke(AuthKey key, QualifiedName action, JsonObject params, boolean blocking) {
        calls.add(new Call(key, action, params));
        return done(always.orElseGet(() -> {
            UnaryOperator<ObjectNode> code = actions.get(action);
            if (code == null) {
                return new Outcome.Rejected(404, "The requested resource does not exist.");
            }
            return blocking
                    ? new Outcome.Completed(activation(action, code.apply(params.copy())))
                    : new Outcome.Accepted(Optional.of(ID));
        }));
    }

    public static Activation activation(QualifiedName action, ObjectNode result) {
        boolean failed = result.has("error");
        return new Activation(
                ID,
                action.namespace(),
                action.name(),
                "0.0.3",
                action.namespace(),
                1_795_168_318_926L,
                OptionalLong.of(1_795_168_318_936L),
                Optional.empty(),
                List.of(new KeyValue("path", JsonNodeFactory.instance.textNode(action.path()))),
                List.of("2026-11-20T00:00:00Z stdout: hi"),
                failed ? ActivationStatus.APPLICATION_ERROR : ActivationStatus.SUCCESS,
                result);
    }

    @Override
    public Set<QualifiedName> triggers() {
        return Set.copyOf(triggers);
    }

    @Override
    public Set<QualifiedName> actions() {
        return Set.copyOf(actions.keySet());
    }

    @Override
    public Set<QualifiedName> webActions() {
        return Set.of();
    }

    @Override
    public Registration onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletionStage<Optional<String>> namespaceOf(AuthKey key) {
        asked.incrementAndGet();
        if (key.equals(AuthKey.GUEST)) {
            return CompletableFuture.completedStage(Optional.of("guest"));
        }
        return CompletableFuture.completedStage(
                key.equals(AuthKey.SYSTEM) ? Optional.of("whisk.system") : Optional.empty());
    }

    private static CompletionStage<Outcome> done(Outcome outcome) {
        return CompletableFuture.completedStage(outcome);
    }
}
