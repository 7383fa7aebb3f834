package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.parameters.Effective;
import io.fogwhisk.lean.parameters.SiteParameters;
import io.fogwhisk.lean.parameters.SiteParameters.Layer;
import io.fogwhisk.lean.parameters.Target;
import io.fogwhisk.lean.parameters.Target.Kind;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.model.Binding;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskPackage;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the action behind a name, through bindings, with the parameters it inherits; remembers what it found until an
 * entity changes. Thread-safe, never waits.
 */
public final class ActionResolver {

    private static final Logger LOG = LoggerFactory.getLogger(ActionResolver.class);

    private static final int MAX_WARNED = 1_000;

    private final EntityStore entities;
    private final BuiltInActions builtIns;
    private final SiteParameters site;
    // Each is said once: what is found is forgotten with every change of an entity.
    private final Set<String> warned = ConcurrentHashMap.newKeySet();
    private volatile Found found = Found.none(-1);

    /**
     * A resolver over a store's entities.
     *
     * @param site what the site makes of declared parameters
     */
    public ActionResolver(EntityStore entities, BuiltInActions builtIns, SiteParameters site) {
        this.entities = entities;
        this.builtIns = builtIns;
        this.site = site;
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
     * @param params of package, binding and action, later wins; and of the site, over all of them
     */
    public record Inherited(WhiskAction action, JsonObject params) {}

    @Nullable
    ResolvedAction resolve(QualifiedName name) {
        Found known = found();
        ResolvedAction resolved = known.actions.get(name);
        if (resolved == null) {
            resolved = look(name);
            if (resolved != null) {
                known.actions.put(name, resolved);
            }
        }
        return resolved;
    }

    /**
     * The parameters that an action inherits and has, each with where it came from.
     *
     * @return empty if there is no such action
     */
    public Optional<List<Effective>> explain(QualifiedName name) {
        return Optional.ofNullable(path(name)).map(path -> site.merge(path.declared(), path.targets()));
    }

    /** What a trigger gives to each of its fires. */
    JsonObject parameters(WhiskTrigger trigger) {
        if (trigger.parameters().isEmpty() && !site.givesToTriggers()) {
            return JsonObject.empty();
        }
        Found known = found();
        GivenByTrigger given = known.triggers.get(trigger.name());
        // The caller may have found the trigger before its last change.
        if (given == null || !given.trigger.equals(trigger)) {
            given = new GivenByTrigger(trigger, site.trigger(trigger, entities.isFollowed(trigger.name())));
            known.triggers.put(trigger.name(), given);
        }
        return given.params;
    }

    /** What is known of the entities as they are: read before they are, so that an answer of older ones is forgotten. */
    private Found found() {
        long generation = entities.generation();
        Found known = found;
        if (known.generation != generation) {
            known = Found.none(generation);
            found = known;
        }
        return known;
    }

    private @Nullable ResolvedAction look(QualifiedName name) {
        Path path = path(name);
        if (path == null) {
            return null;
        }
        List<Effective> params = site.merge(path.declared(), path.targets());
        for (Effective param : params) {
            if (!param.unknown().isEmpty() && warned.size() < MAX_WARNED && warned.add(name + " " + param)) {
                LOG.atWarn()
                        .addKeyValue("action", name)
                        .addKeyValue("parameter", param.parameter().key())
                        .addKeyValue("variables", param.unknown())
                        .log("parameter names variables that this site does not have");
            }
        }
        return ResolvedAction.of(
                name,
                path.action(),
                params.stream().map(Effective::parameter).toList(),
                path.bound() ? Optional.of(name.path()) : Optional.empty(),
                builtIns.find(path.action().exec()));
    }

    /** The way from a name to its action, with what was declared along it. */
    private @Nullable Path path(QualifiedName name) {
        List<Layer> declared = new ArrayList<>();
        List<Target> targets = new ArrayList<>();
        targets.add(new Target(Kind.NAMESPACE, name.namespace()));
        String path = name.path();
        boolean bound = false;
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
                path = provider.pathOfActions();
                bound = true;
                declared.add(layer("package /", provider));
                targets.add(new Target(Kind.PACKAGE, path));
            }
            declared.add(layer(bound ? "binding /" : "package /", pkg));
            targets.add(new Target(Kind.PACKAGE, name.path()));
        }
        WhiskAction action = entities.action(path, name.name());
        if (action == null) {
            return null;
        }
        declared.add(new Layer("action " + action.name(), action.parameters(), entities.isFollowed(action.name())));
        if (bound) {
            targets.add(new Target(Kind.ACTION, path + "/" + name.name()));
        }
        targets.add(new Target(Kind.ACTION, SiteParameters.plain(name)));
        return new Path(action, bound, declared, targets);
    }

    private Layer layer(String what, WhiskPackage pkg) {
        return new Layer(what + pkg.pathOfActions(), pkg.parameters(), entities.isFollowed(pkg.name()));
    }

    /** The text of an action's code; see {@link EntityStore#code}. */
    String code(WhiskAction action) {
        return entities.code(action);
    }

    /**
     * What a name led to.
     *
     * @param bound whether through the binding of a package
     */
    private record Path(WhiskAction action, boolean bound, List<Layer> declared, List<Target> targets) {}

    private record GivenByTrigger(WhiskTrigger trigger, JsonObject params) {}

    private record Found(
            long generation, Map<QualifiedName, ResolvedAction> actions, Map<QualifiedName, GivenByTrigger> triggers) {

        static Found none(long generation) {
            return new Found(generation, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }
    }
}
