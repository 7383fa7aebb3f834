package io.fogwhisk.lean.identity;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What one namespace may do.
 *
 * @param invocationsPerMinute actions invoked per calendar minute, 0 or more
 * @param concurrentInvocations activations under way at a time, 0 or more
 * @param firesPerMinute triggers fired per calendar minute, 0 or more
 * @param allowedKinds the kinds of actions it may create and run; empty for all
 * @param storeActivations which activations leave a record
 */
public record NamespaceLimits(
        int invocationsPerMinute,
        int concurrentInvocations,
        int firesPerMinute,
        Optional<Set<String>> allowedKinds,
        StoreActivations storeActivations) {

    /** The embedded default: a million invocations and a million fires a minute, ten thousand at once. */
    public static final NamespaceLimits DEFAULT =
            new NamespaceLimits(1_000_000, 10_000, 1_000_000, Optional.empty(), StoreActivations.ALL);

    /** Checks the ranges. */
    public NamespaceLimits {
        Objects.requireNonNull(storeActivations, "storeActivations is null");
        allowedKinds = allowedKinds.map(Set::copyOf);
        if (invocationsPerMinute < 0 || concurrentInvocations < 0 || firesPerMinute < 0) {
            throw new IllegalArgumentException("the limits of a namespace must be 0 or more");
        }
    }

    /** Which activations leave a record. */
    public enum StoreActivations {
        /** Every one. */
        ALL,
        /** Those that did not succeed. */
        FAILURES,
        /** None. */
        NONE
    }
}
