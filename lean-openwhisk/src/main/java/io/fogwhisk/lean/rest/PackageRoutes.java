package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.model.Binding;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskPackage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /namespaces/{ns}/packages/{name}}: packages and package bindings. */
final class PackageRoutes {

    private static final String COLLECTION = "packages";

    private final EntityStore entities;
    private final Entitlement entitlement;
    private final Clock clock;

    PackageRoutes(EntityStore entities, Entitlement entitlement, Clock clock) {
        this.entities = entities;
        this.entitlement = entitlement;
        this.clock = clock;
    }

    void handle(Exchange exchange) {
        List<String> names = exchange.names();
        String method = exchange.method();
        if (names.isEmpty() && method.equals("GET")) {
            list(exchange);
        } else if (names.size() == 1 && method.equals("GET")) {
            get(exchange, names.get(0));
        } else if (names.size() == 1 && method.equals("PUT")) {
            put(exchange, names.get(0));
        } else if (names.size() == 1 && method.equals("DELETE")) {
            delete(exchange, names.get(0));
        } else {
            throw Exchange.noSuchRoute();
        }
    }

    private void list(Exchange exchange) {
        boolean own = exchange.caller().equals(exchange.namespace());
        List<WhiskPackage> packages = entities.inNamespace(WhiskPackage.class, exchange.namespace()).stream()
                .filter(pkg -> own || (pkg.publish() && pkg.binding().isEmpty()))
                .toList();
        exchange.list(COLLECTION, packages, WhiskPackage::toSummary);
    }

    private void get(Exchange exchange, String name) {
        entitlement.checkPackage(exchange.caller(), exchange.namespace(), name);
        WhiskPackage pkg = entities.optional(WhiskPackage.class, exchange.namespace(), name)
                .orElseThrow(() -> new LeanException(
                        404, "The requested resource '" + exchange.namespace() + "/" + name + "' does not exist."));
        ObjectNode json = pkg.toJson();
        WhiskPackage provider = pkg;
        if (pkg.binding().isPresent()) {
            Binding binding = pkg.binding().get();
            provider = entities.packageOf(binding.namespace(), binding.name());
        }
        ArrayNode actions = json.putArray("actions");
        ArrayNode feeds = json.putArray("feeds");
        if (provider != null) {
            json.set("parameters", KeyValue.toJson(KeyValue.merge(provider.parameters(), pkg.parameters())));
            for (WhiskAction action : entities.inPackage(provider)) {
                ObjectNode row = (action.feed() ? feeds : actions).addObject();
                row.put("name", action.name().name())
                        .put("version", action.version().toString());
                row.set("annotations", KeyValue.toJson(action.annotations()));
            }
        }
        exchange.json(200, json);
    }

    private void put(Exchange exchange, String name) {
        String namespace = exchange.namespace();
        entitlement.checkOwner(exchange.caller(), namespace, namespace + "/" + name);
        if (name.equals("default")) {
            throw new LeanException(400, "Package name 'default' is reserved.");
        }
        EntityPut put = EntityPut.of(exchange, exchange.body("JSON object expected"));
        WhiskPackage stored = entities.change(change -> {
            WhiskPackage old = put.changed(entities.optional(WhiskPackage.class, namespace, name));
            WhiskPackage pkg = changed(exchange.caller(), QualifiedName.of(namespace, name), old, put);
            change.put(pkg);
            return pkg;
        });
        exchange.json(200, stored.toJson());
    }

    private WhiskPackage changed(String caller, QualifiedName name, @Nullable WhiskPackage old, EntityPut put) {
        Optional<Binding> given =
                put.field("binding").filter(json -> !json.isEmpty()).map(json -> binding(caller, json));
        if (given.isPresent() && old != null && old.binding().isEmpty()) {
            throw new LeanException(409, "Resource is a package and cannot be converted into a binding.");
        }
        Optional<Binding> binding = given.isPresent() || old == null ? given : old.binding();
        List<KeyValue> annotations = new ArrayList<>(put.annotationsAfter(old));
        annotations.removeIf(annotation -> annotation.key().equals("binding"));
        binding.ifPresent(provider -> annotations.add(new KeyValue("binding", provider.toJson())));
        return new WhiskPackage(
                name,
                put.versionAfter(old),
                put.publishAfter(old),
                annotations,
                clock.millis(),
                put.parameters().orElseGet(() -> old == null ? List.of() : old.parameters()),
                binding);
    }

    private Binding binding(String caller, JsonNode json) {
        String namespace = json.path("namespace").asText(QualifiedName.DEFAULT_NAMESPACE);
        String name = json.path("name").textValue();
        if (name == null) {
            throw Exchange.malformed("a binding must have the fields 'namespace' and 'name'");
        }
        Binding binding = new Binding(namespace.equals(QualifiedName.DEFAULT_NAMESPACE) ? caller : namespace, name);
        entitlement.checkPackage(caller, binding.namespace(), binding.name());
        WhiskEntity target = entities.find(binding.namespace(), binding.name());
        if (target == null) {
            throw new LeanException(400, "Binding references a package that does not exist.");
        }
        if (!(target instanceof WhiskPackage provider)) {
            throw new LeanException(409, "Cannot bind to a resource that is not a package.");
        }
        if (provider.binding().isPresent()) {
            throw new LeanException(400, "Cannot bind to another package binding.");
        }
        return binding;
    }

    private void delete(Exchange exchange, String name) {
        String namespace = exchange.namespace();
        entitlement.checkOwner(exchange.caller(), namespace, namespace + "/" + name);
        boolean force = exchange.flag("force", false);
        WhiskPackage deleted = entities.change(change -> {
            WhiskPackage pkg = entities.require(WhiskPackage.class, namespace, name);
            List<WhiskAction> actions = pkg.binding().isPresent() ? List.of() : entities.inPackage(pkg);
            if (!actions.isEmpty() && !force) {
                throw new LeanException(
                        409,
                        "Package not empty (contains " + actions.size()
                                + (actions.size() == 1 ? " entity" : " entities")
                                + "). Set force param or delete package contents.");
            }
            actions.forEach(change::delete);
            change.delete(pkg);
            return pkg;
        });
        exchange.json(200, deleted.toJson());
    }
}
