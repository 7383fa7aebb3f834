package io.fogwhisk.lean.queue;

import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.Objects;
import java.util.Optional;

/**
 * What led to an invocation.
 *
 * @param transactionId of the request; empty if there was none, and then the activation's id stands in
 * @param headers of the request that fired a trigger, for the actions of its rules; empty if there was none
 * @param cause the activation of the trigger whose rule invokes
 */
public record Origin(String transactionId, Optional<JsonObject> headers, Optional<ActivationId> cause) {

    /** A call within this process. */
    public static final Origin INTERNAL = new Origin("", Optional.empty(), Optional.empty());

    /** Checks for null. */
    public Origin {
        Objects.requireNonNull(transactionId, "transactionId is null");
        Objects.requireNonNull(headers, "headers is null");
        Objects.requireNonNull(cause, "cause is null");
    }

    /** A request. */
    public static Origin of(String transactionId) {
        return new Origin(transactionId, Optional.empty(), Optional.empty());
    }

    /**
     * A request that fires a trigger.
     *
     * @param headers what the actions of the rules are given as {@code __ow_headers}
     */
    public static Origin of(String transactionId, JsonObject headers) {
        return new Origin(transactionId, Optional.of(headers), Optional.empty());
    }
}
