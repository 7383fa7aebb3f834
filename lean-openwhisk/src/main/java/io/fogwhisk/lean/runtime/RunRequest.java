package io.fogwhisk.lean.runtime;

import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One run of an action's code.
 *
 * @param action what runs; its name, version and update time tell one revision of the code from another
 * @param code the text of the code, or base64; asked for only when a child must be started, may read the disk
 * @param namespace of the invoker; children are not shared between namespaces
 * @param invokedAs the name used, which may lead through a package binding
 * @param input the arguments as JSON, an object or (inside a sequence) an array
 * @param env what the code finds in its environment from its start on: the parameters marked {@code init}
 * @param activationId of this activation
 * @param transactionId of the request that led to it
 * @param key of the namespace, if the action is to know it
 */
public record RunRequest(
        WhiskAction action,
        Supplier<String> code,
        String namespace,
        QualifiedName invokedAs,
        String input,
        Map<String, String> env,
        ActivationId activationId,
        String transactionId,
        Optional<AuthKey> key) {

    /** Checks for null and copies the map. */
    public RunRequest {
        Objects.requireNonNull(action, "action is null");
        Objects.requireNonNull(code, "code is null");
        Objects.requireNonNull(namespace, "namespace is null");
        Objects.requireNonNull(invokedAs, "invokedAs is null");
        Objects.requireNonNull(input, "input is null");
        Objects.requireNonNull(activationId, "activationId is null");
        Objects.requireNonNull(transactionId, "transactionId is null");
        Objects.requireNonNull(key, "key is null");
        env = Map.copyOf(env);
    }
}
