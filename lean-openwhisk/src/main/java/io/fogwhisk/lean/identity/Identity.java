package io.fogwhisk.lean.identity;

import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.EntityName;
import java.util.Objects;

/**
 * Who a key stands for. Its text form hides the key.
 *
 * @param subject who, for the records of activations
 * @param namespace what belongs to the subject
 * @param key of the namespace
 * @param limits what the namespace may do
 */
public record Identity(String subject, String namespace, AuthKey key, NamespaceLimits limits) {

    /** Checks for null and the name of the namespace. */
    public Identity {
        Objects.requireNonNull(subject, "subject is null");
        EntityName.checked(namespace);
        Objects.requireNonNull(key, "key is null");
        Objects.requireNonNull(limits, "limits is null");
    }
}
