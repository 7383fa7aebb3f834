package io.fogwhisk.wsk.action;

import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Instant;
import java.util.Objects;

/**
 * What an action is told about its activation beside its parameters.
 *
 * @param activationId of this activation
 * @param action its name
 * @param namespace that invoked it, which need not be the action's
 * @param key of that namespace
 * @param acceptedNanos when the invocation was durably accepted, in epoch nanoseconds; at least 10,000 from those of all
 *     others of one OpenWhisk and the same when the invocation is replayed after a crash, so it can stand in for a
 *     timestamp that a reading lacks
 * @param deadline when the activation is given up
 */
public record ActivationContext(
        ActivationId activationId,
        QualifiedName action,
        String namespace,
        AuthKey key,
        long acceptedNanos,
        Instant deadline) {

    /** Checks for null. */
    public ActivationContext {
        Objects.requireNonNull(activationId, "activationId is null");
        Objects.requireNonNull(action, "action is null");
        Objects.requireNonNull(namespace, "namespace is null");
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(deadline, "deadline is null");
    }
}
