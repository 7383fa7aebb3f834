package io.fogwhisk.edge.controller;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * A computer as it announces itself.
 *
 * @param endpoint where it takes lambdas, {@code host:port}; its identity
 * @param lambdas what it can run, in the order of the announcement
 * @param idempotent those of them that may run twice; others are ignored
 */
public record ComputerNode(String endpoint, Set<String> lambdas, Set<String> idempotent) {

    /** Copies the sets, keeping their order, so that commands come in the same order every time. */
    public ComputerNode {
        Objects.requireNonNull(endpoint, "endpoint is null");
        lambdas = Collections.unmodifiableSet(new LinkedHashSet<>(lambdas));
        Set<String> known = new LinkedHashSet<>(idempotent);
        known.retainAll(lambdas);
        idempotent = Collections.unmodifiableSet(known);
    }

    /** A computer whose lambdas must run once. */
    public ComputerNode(String endpoint, Set<String> lambdas) {
        this(endpoint, lambdas, Set.of());
    }

    boolean idempotent(String lambda) {
        return idempotent.contains(lambda);
    }

    /** Whether routers that know the other one need not be told of this one. */
    boolean offersTheSameAs(ComputerNode other) {
        return lambdas.equals(other.lambdas) && idempotent.equals(other.idempotent);
    }
}
