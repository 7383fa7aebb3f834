package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.RunRequest;
import java.util.Objects;

/**
 * A request and when to send it.
 *
 * @param at seconds since the start; one that has passed means at once
 * @param access the way it goes
 */
public record PlannedCall(double at, RunRequest request, LambdaAccess access) {

    /** Checks for null. */
    public PlannedCall {
        Objects.requireNonNull(request, "request is null");
        Objects.requireNonNull(access, "access is null");
    }
}
