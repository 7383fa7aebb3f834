package io.fogwhisk.lean.identity;

import io.fogwhisk.lean.identity.NamespaceLimits.StoreActivations;
import java.util.Optional;
import java.util.Set;

/**
 * The limits that were set for one namespace; each that is empty follows the site's default.
 *
 * @param invocationsPerMinute 0 or more
 * @param concurrentInvocations 0 or more
 * @param firesPerMinute 0 or more
 * @param allowedKinds the kinds of actions it may create and run
 * @param storeActivations which activations leave a record
 */
public record LimitSettings(
        Optional<Integer> invocationsPerMinute,
        Optional<Integer> concurrentInvocations,
        Optional<Integer> firesPerMinute,
        Optional<Set<String>> allowedKinds,
        Optional<StoreActivations> storeActivations) {

    /** Everything as the site's defaults have it. */
    public static final LimitSettings NONE =
            new LimitSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Checks the ranges and copies the set. */
    public LimitSettings {
        allowedKinds = allowedKinds.map(Set::copyOf);
        atLeastZero("invocationsPerMinute", invocationsPerMinute);
        atLeastZero("concurrentInvocations", concurrentInvocations);
        atLeastZero("firesPerMinute", firesPerMinute);
    }

    /** The limits that hold where these are the defaults. */
    public NamespaceLimits over(NamespaceLimits defaults) {
        return new NamespaceLimits(
                invocationsPerMinute.orElse(defaults.invocationsPerMinute()),
                concurrentInvocations.orElse(defaults.concurrentInvocations()),
                firesPerMinute.orElse(defaults.firesPerMinute()),
                allowedKinds.or(defaults::allowedKinds),
                storeActivations.orElse(defaults.storeActivations()));
    }

    private static void atLeastZero(String name, Optional<Integer> value) {
        if (value.orElse(0) < 0) {
            throw new IllegalArgumentException(name + " must be 0 or more, was " + value.get());
        }
    }
}
