package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskPackage;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Creates actions, and changes of them what a request gives. */
final class ActionPut {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String ACTIONS = "_actions";

    private final EntityStore entities;
    private final ExecReader execs;
    private final BodyReader bodies;
    private final Clock clock;

    ActionPut(EntityStore entities, ExecReader execs, BodyReader bodies, Clock clock) {
        this.entities = entities;
        this.execs = execs;
        this.bodies = bodies;
        this.clock = clock;
    }

    /**
     * Does what a request of the action's owner says.
     *
     * @return the action as it is stored
     * @throws LeanException if it cannot be done; then nothing is changed
     */
    WhiskAction put(Exchange exchange, QualifiedName name) {
        try (BodyReader.Body body = bodies.read(exchange.context(), "Object expected in field 'exec'")) {
            EntityPut put = EntityPut.of(exchange, body.json());
            Optional<ExecReader.Checked> exec = put.field("exec").map(json -> execs.read(json, body.code(), name));
            exec.ifPresent(checked -> exchange.checkKind(checked.kind()));
            Optional<JsonNode> limits = put.field("limits");
            limits.ifPresent(Limits.DEFAULT::with);
            return entities.change(change -> {
                checkPackage(entities, name);
                WhiskAction old = put.changed(entities.optional(WhiskAction.class, name.path(), name.name()));
                if (old == null && exec.isEmpty()) {
                    throw new LeanException(400, "exec undefined");
                }
                Exec runs = exec.map(checked -> checked.in().apply(change)).orElseGet(() -> kept(old));
                Limits before = old == null ? Limits.DEFAULT : old.limits();
                WhiskAction action = new WhiskAction(
                        name,
                        put.versionAfter(old),
                        put.publishAfter(old),
                        annotations(put, old, runs),
                        clock.millis(),
                        parameters(put, old, runs),
                        runs,
                        limits.map(before::with).orElse(before));
                change.put(action);
                return action;
            });
        }
    }

    private static Exec kept(@Nullable WhiskAction old) {
        if (old == null) {
            throw new LeanException(400, "exec undefined");
        }
        return old.exec();
    }

    /** Refuses an action whose package is missing, or only the binding of one. */
    static void checkPackage(EntityStore entities, QualifiedName name) {
        if (name.packageName().isPresent()) {
            WhiskPackage pkg = entities.require(
                    WhiskPackage.class, name.namespace(), name.packageName().get());
            if (pkg.binding().isPresent()) {
                throw new LeanException(400, "Operation not permitted on package binding.");
            }
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
        // Last, as a server that only adds it would have it.
        byKey.remove("exec");
        byKey.put("exec", new KeyValue("exec", NODES.textNode(exec.kind())));
        return List.copyOf(byKey.values());
    }

    private static List<KeyValue> parameters(EntityPut put, @Nullable WhiskAction old, Exec exec) {
        if (exec instanceof Exec.Sequence sequence) {
            ArrayNode names = NODES.arrayNode();
            sequence.components().forEach(component -> names.add(component.toString()));
            return List.of(new KeyValue(ACTIONS, names));
        }
        return put.parameters().orElseGet(() -> old == null ? List.of() : ofCode(old));
    }

    /** The parameters without the components of a sequence that it was before. */
    private static List<KeyValue> ofCode(WhiskAction old) {
        return old.exec() instanceof Exec.Sequence
                ? old.parameters().stream()
                        .filter(parameter -> !parameter.key().equals(ACTIONS))
                        .toList()
                : old.parameters();
    }
}
