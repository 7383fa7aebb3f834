package io.fogwhisk.launcher.command;

import io.fogwhisk.lean.identity.LimitSettings;
import io.fogwhisk.lean.identity.NamespaceLimits.StoreActivations;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that set limits of a namespace. */
final class LimitOptions {

    @Option(names = "--invocations-per-minute", paramLabel = "N", description = "actions invoked per minute")
    private Optional<Integer> invocations = Optional.empty();

    @Option(names = "--concurrent-invocations", paramLabel = "N", description = "activations under way at a time")
    private Optional<Integer> concurrent = Optional.empty();

    @Option(names = "--fires-per-minute", paramLabel = "N", description = "triggers fired per minute")
    private Optional<Integer> fires = Optional.empty();

    @Option(
            names = "--allowed-kinds",
            paramLabel = "KINDS",
            description = "kinds of actions it may create and run, such as nodejs:20,python:3; or all")
    private Optional<String> kinds = Optional.empty();

    @Option(
            names = "--store-activations",
            paramLabel = "WHICH",
            description = "which activations leave a record: all, failures, none")
    private Optional<StoreActivations> store = Optional.empty();

    /** The limits with those that were given in place of what they were before. */
    LimitSettings over(LimitSettings before) {
        return new LimitSettings(
                invocations.or(before::invocationsPerMinute),
                concurrent.or(before::concurrentInvocations),
                fires.or(before::firesPerMinute),
                kinds.isEmpty()
                        ? before.allowedKinds()
                        : kinds.filter(text -> !text.equals("all")).map(LimitOptions::split),
                store.or(before::storeActivations));
    }

    private static Set<String> split(String kinds) {
        return Set.copyOf(Arrays.asList(kinds.split(",", -1)));
    }
}
