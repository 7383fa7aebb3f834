package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.model.Binding;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskPackage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the action behind a name, through bindings, with the parameters it inherits; remembers what it found until an
 * entity changes. Thread-safe, never waits.
 */
public final class ActionResolver {

    private final EntityStore entities;
    private final BuiltInActions builtIns;
    private volatile Found found = new Found(-1, new ConcurrentHashMap<>());

    /** A resolver over a store's entities. */
    public ActionResolver(EntityStore entities, BuiltInActions builtIns) {
        this.entities = entities;
        this.builtIns = builtIns;
    }

    /** Whether there is an action of that name. */
    public boolean exists(QualifiedName name) {
        return resolve(name) != null;
    }

    /**
     * The action behind a name.
     *
     * @return the action itself and the parameters it inherits, or empty if there is none
     */
    public Optional<Inherited> find(QualifiedName name) {
        ResolvedAction resolved = resolve(name);
        return resolved == null
                ? Optional.empty()
                : Optional.of(new Inherited(resolved.action(), WhiskEntity.asObject(resolved.allParams())));
    }

    /**
     * An action with what it inherits.
     *
     * @param action under its own name
     * @param params of package, binding and action, later wins
     */
    public record Inherited(WhiskAction action, JsonObject params) {}

    @Nullable
    ResolvedAction resolve(QualifiedName name) {
        // Read before the entities are: an answer made of older ones is forgotten with the next generation.
        long generation = entities.generation();
        Found known = found;
        if (known.generation != generation) {
            known = new Found(generation, new ConcurrentHashMap<>());
            found = known;
        }
        ResolvedAction resolved = known.actions.get(name);
        if (resolved == null) {
            resolved = look(name);
            if (resolved != null) {
                known.actions.put(name, resolved);
            }
        }
        return resolved;
    }

    private @Nullable ResolvedAction look(QualifiedName name) {
        List<KeyValue> params = List.of();
        String path = name.path();
        Optional<String> bound = Optional.empty();
        if (name.packageName().isPresent()) {
            WhiskPackage pkg =
                    entities.packageOf(name.namespace(), name.packageName().get());
            if (pkg == null) {
                return null;
            }
            if (pkg.binding().isPresent()) {
                Binding binding = pkg.binding().get();
                WhiskPackage provider = entities.packageOf(binding.namespace(), binding.name());
                if (provider == null) {
                    return null;
                }
                params = provider.parameters();
                path = provider.pathOfActions();
                bound = Optional.of(name.path());
            }
            params = KeyValue.merge(params, pkg.parameters());
        }
        WhiskAction action = entities.action(path, name.name());
        if (action == null) {
            return null;
        }
        params = KeyValue.merge(params, action.parameters());
        return ResolvedAction.of(name, action, params, bound, builtIns.find(action.exec()));
    }

    /** The text of an action's code; see {@link EntityStore#code}. */
    String code(WhiskAction action) {
        return entities.code(action);
    }

    private record Found(long generation, Map<QualifiedName, ResolvedAction> actions) {}
}
