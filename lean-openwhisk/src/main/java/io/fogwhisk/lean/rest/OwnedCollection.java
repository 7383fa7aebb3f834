package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.model.WhiskEntity;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A collection of which a namespace shows nothing to others: its list, and the way to each of its entities.
 *
 * @param name in the path
 * @param row what the list says of an entity
 */
record OwnedCollection<E extends WhiskEntity>(
        String name, Class<E> type, Function<E, ObjectNode> row, EntityStore entities, Entitlement entitlement) {

    /** Answers with the list, or hands the request for one entity on with the entity's name. */
    void handle(Exchange exchange, BiConsumer<Exchange, String> entity) {
        List<String> names = exchange.names();
        String namespace = exchange.namespace();
        if (names.size() > 1 || (names.isEmpty() && !exchange.method().equals("GET"))) {
            throw Exchange.noSuchRoute();
        }
        if (names.isEmpty()) {
            entitlement.checkOwner(exchange.caller(), namespace, namespace);
            exchange.list(name, entities.inNamespace(type, namespace), row);
        } else {
            entitlement.checkOwner(exchange.caller(), namespace, namespace + "/" + names.get(0));
            entity.accept(exchange, names.get(0));
        }
    }
}
