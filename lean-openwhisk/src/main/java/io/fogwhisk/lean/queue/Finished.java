package io.fogwhisk.lean.queue;

import io.fogwhisk.wsk.model.Activation;
import java.util.Objects;

/**
 * An activation to be stored.
 *
 * @param activation the record
 * @param name what lists find it by: {@code name} or {@code package/name}
 * @param resultText the result as JSON; the record's own result may be of the same content, unserialised
 */
public record Finished(Activation activation, String name, String resultText) {

    /** Checks for null. */
    public Finished {
        Objects.requireNonNull(activation, "activation is null");
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(resultText, "resultText is null");
    }

    /** The record as it is stored, and as {@code GET /activations/{id}} answers it. */
    public String document() {
        return ActivationDocument.write(this);
    }
}
