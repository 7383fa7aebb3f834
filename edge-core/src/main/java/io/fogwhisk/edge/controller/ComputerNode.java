package io.fogwhisk.edge.controller;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A computer as it announces itself.
 *
 * @param endpoint where it takes lambdas, {@code host:port}; its identity
 * @param lambdas what it can run, in the order of the announcement
 * @param idempotent those of them that may run twice; others are ignored
 * @param announcesItself whether it does so again and again, so that a controller that starts anew learns of it
 */
public record ComputerNode(String endpoint, Set<String> lambdas, Set<String> idempotent, boolean announcesItself) {

    /** Copies the sets, keeping their order, so that commands come in the same order every time. */
    public ComputerNode {
        Objects.requireNonNull(endpoint, "endpoint is null");
        lambdas = Collections.unmodifiableSet(new LinkedHashSet<>(lambdas));
        Set<String> known = new LinkedHashSet<>(idempotent);
        known.retainAll(lambdas);
        idempotent = Collections.unmodifiableSet(known);
    }

    /** A computer that announces itself again and again. */
    public ComputerNode(String endpoint, Set<String> lambdas, Set<String> idempotent) {
        this(endpoint, lambdas, idempotent, true);
    }

    /** A computer that announces itself again and again, whose lambdas must run once. */
    public ComputerNode(String endpoint, Set<String> lambdas) {
        this(endpoint, lambdas, Set.of());
    }

    boolean idempotent(String lambda) {
        return idempotent.contains(lambda);
    }

    /** Whether routers that know the other one need not be told of this one. */
    boolean offersTheSameAs(ComputerNode other) {
        return lambdas.equals(other.lambdas)
                && idempotent.equals(other.idempotent)
                && announcesItself == other.announcesItself;
    }

    /** Whether routers must be told of a lambda that a computer has which was there before. */
    boolean isNews(String lambda, @Nullable ComputerNode before) {
        return before == null
                || !before.lambdas.contains(lambda)
                || before.announcesItself != announcesItself
                || before.idempotent(lambda) != idempotent(lambda);
    }
}
