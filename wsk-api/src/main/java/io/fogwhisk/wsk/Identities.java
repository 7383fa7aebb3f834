package io.fogwhisk.wsk;

import io.fogwhisk.wsk.model.AuthKey;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Tells whose a key is. Thread-safe; the stage completes exceptionally with a {@link WskException} when the OpenWhisk
 * that knows cannot be asked.
 */
public interface Identities {

    /** The namespace of a key, or empty if the key is not valid. */
    CompletionStage<Optional<String>> namespaceOf(AuthKey key);
}
