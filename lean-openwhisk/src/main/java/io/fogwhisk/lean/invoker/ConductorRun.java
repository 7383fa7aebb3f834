package io.fogwhisk.lean.invoker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A conductor under way: the action itself runs first, and again after each action that it named, on that one's result
 * and the state it left, until it names none.
 */
final class ConductorRun {

    private static final String TOO_LONG = "Too many actions in the composition.";

    private final ActionRunner runner;
    private final ActionResolver resolver;
    private final Entitlement entitlement;
    private final Composition composition;
    private final Consumer<Finished> done;
    private JsonObject state = JsonObject.empty();

    ConductorRun(
            ActionRunner runner,
            ActionResolver resolver,
            Entitlement entitlement,
            Composition composition,
            Consumer<Finished> done) {
        this.runner = runner;
        this.resolver = resolver;
        this.entitlement = entitlement;
        this.composition = composition;
        this.done = done;
    }

    void start() {
        composition.next(() -> conduct(composition.call().params()));
    }

    /** Runs the action itself. */
    private void conduct(Value input) {
        ResolvedAction action = composition.call().action();
        Value withState = Value.of(boxed(input).merge(state));
        Optional<Call> call = composition.addConductor() ? composition.component(action, withState) : Optional.empty();
        if (call.isEmpty()) {
            done.accept(composition.record(ActivationStatus.APPLICATION_ERROR, Value.error(TOO_LONG)));
            return;
        }
        runner.runConductor(call.get(), finished -> composition.next(() -> conducted(finished, action)));
    }

    private void conducted(Finished finished, ResolvedAction action) {
        composition.add(finished, action);
        Value result = Value.of(finished);
        ActivationStatus status = finished.activation().status();
        if (status == ActivationStatus.INTERNAL_ERROR || result.object().isEmpty()) {
            done.accept(composition.record(status, result));
            return;
        }
        ObjectNode said = result.object().get().tree();
        JsonNode params = said.get("params");
        state = said.get("state") instanceof ObjectNode kept ? JsonObject.of(kept) : JsonObject.empty();
        JsonNode next = said.get("action");
        if (next == null) {
            done.accept(composition.record(status, params == null ? result : Value.of(boxed(params))));
            return;
        }
        invoke(next, params == null ? Value.of(JsonObject.empty()) : Value.of(boxed(params)));
    }

    /** Runs the action that the conductor named; what is wrong with it is told to the conductor. */
    private void invoke(JsonNode named, Value params) {
        String namespace = composition.call().identity().namespace();
        QualifiedName name;
        try {
            name = QualifiedName.parse(named.isTextual() ? named.textValue() : "")
                    .resolve(namespace);
        } catch (WskException e) {
            conduct(Value.error("Failed to parse action name from json value " + named + " during composition."));
            return;
        }
        if (!composition.hasRoom()) {
            conduct(Value.error(TOO_LONG));
            return;
        }
        String shown = name.path() + "/" + name.name();
        try {
            entitlement.checkAction(namespace, name);
        } catch (LeanException e) {
            conduct(Value.error("Failed entitlement check for action with name '" + shown + "' during composition."));
            return;
        }
        ResolvedAction action = resolver.resolve(name);
        if (action == null) {
            conduct(Value.error("Failed to resolve action with name '" + shown + "' during composition."));
            return;
        }
        Optional<Call> call = composition.component(action, params);
        if (call.isEmpty() || !composition.addComponent()) {
            conduct(Value.error(TOO_LONG));
            return;
        }
        runner.run(
                call.get(),
                finished -> composition.next(() -> {
                    composition.add(finished, action);
                    conduct(Value.of(finished));
                }));
    }

    private static JsonObject boxed(Value value) {
        return value.object().orElseGet(() -> boxed(value.node()));
    }

    /** What is no object comes as its field {@code value}. */
    private static JsonObject boxed(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return JsonObject.of(object);
        }
        return JsonObject.adopt(JsonNodeFactory.instance.objectNode().set("value", node));
    }
}
