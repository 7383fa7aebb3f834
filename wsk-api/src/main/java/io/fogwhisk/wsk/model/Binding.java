package io.fogwhisk.wsk.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The package that a package binding stands for.
 *
 * @param namespace of the provider
 * @param name of the provider's package
 */
public record Binding(String namespace, String name) {

    /** Checks the names. */
    public Binding {
        EntityName.checked(namespace);
        EntityName.checked(name);
    }

    /** {@code {namespace, name}}. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance.objectNode().put("namespace", namespace).put("name", name);
    }
}
