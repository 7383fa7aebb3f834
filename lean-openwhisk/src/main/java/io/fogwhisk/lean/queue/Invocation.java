package io.fogwhisk.lean.queue;

import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Objects;

/**
 * What is to be done: run an action, or the actions of a trigger's rules.
 *
 * @param namespace of the caller, which owns the activations
 * @param fire whether {@code target} is a trigger, not an action
 * @param target its name, with a namespace
 * @param payload what the caller gave
 * @param origin what led to it
 */
public record Invocation(String namespace, boolean fire, QualifiedName target, JsonObject payload, Origin origin) {

    /** Checks for null. */
    public Invocation {
        Objects.requireNonNull(namespace, "namespace is null");
        Objects.requireNonNull(target, "target is null");
        Objects.requireNonNull(payload, "payload is null");
        Objects.requireNonNull(origin, "origin is null");
    }
}
