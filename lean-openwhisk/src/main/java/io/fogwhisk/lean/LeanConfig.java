package io.fogwhisk.lean;

import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.EntityName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of one lean OpenWhisk. The text form hides the keys.
 *
 * @param name of this OpenWhisk, unique in the process; in threads, metrics and messages
 * @param host the address to bind to
 * @param port of the REST API, 0 for any free one
 * @param dataFolder of {@code whisk.db} and {@code queue.db}; no other OpenWhisk may use it
 * @param namespaces the namespace of each key; a namespace may have several keys
 * @param commitPace the shortest time between two commits to one file
 * @param maxQueued accepted invocations that wait or run, on disk, at least 1; more are refused
 * @param maxInMemory of those held in memory, at least 1
 * @param maxRunning activations at a time, at least 1
 * @param blockingLimit the longest that a blocking call waits for its activation, more than zero
 * @param activationsKept activation records, at least 1; the oldest are deleted
 * @param retention how long an activation record is kept at most, more than zero
 */
public record LeanConfig(
        String name,
        String host,
        int port,
        Path dataFolder,
        Map<AuthKey, String> namespaces,
        Duration commitPace,
        int maxQueued,
        int maxInMemory,
        int maxRunning,
        Duration blockingLimit,
        long activationsKept,
        Duration retention) {

    /** Checks the ranges and copies the map. */
    public LeanConfig {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(dataFolder, "dataFolder is null");
        namespaces = Map.copyOf(namespaces);
        namespaces.values().forEach(EntityName::checked);
        if (port < 0 || port > 65_535) {
            throw new WskException("port must be 0 to 65535, was " + port);
        }
        if (commitPace.isNegative()) {
            throw new WskException("commitPace must be 0 or more, was " + commitPace);
        }
        atLeastOne("maxQueued", maxQueued);
        atLeastOne("maxInMemory", maxInMemory);
        atLeastOne("maxRunning", maxRunning);
        atLeastOne("activationsKept", activationsKept);
        atLeastOne("blockingLimit in milliseconds", blockingLimit.toMillis());
        atLeastOne("retention in seconds", retention.toSeconds());
    }

    /**
     * On the loopback address with the well-known keys of {@code guest} and {@code whisk.system}: a million entries,
     * ten thousand of them in memory, a thousand activations at a time; a hundred thousand records for a week.
     */
    public static LeanConfig defaults(String name, int port, Path dataFolder) {
        return new LeanConfig(
                name,
                "127.0.0.1",
                port,
                dataFolder,
                Map.of(AuthKey.GUEST, "guest", AuthKey.SYSTEM, "whisk.system"),
                Duration.ofMillis(2),
                1_000_000,
                10_000,
                1_000,
                Duration.ofSeconds(60),
                100_000,
                Duration.ofDays(7));
    }

    /** Names the namespaces without their keys. */
    @Override
    public String toString() {
        Set<String> names = new TreeSet<>(namespaces.values());
        return "LeanConfig[name=" + name + ", host=" + host + ", port=" + port + ", dataFolder=" + dataFolder
                + ", namespaces=" + names + ", commitPace=" + commitPace + ", maxQueued=" + maxQueued
                + ", maxInMemory=" + maxInMemory + ", maxRunning=" + maxRunning + ", blockingLimit=" + blockingLimit
                + ", activationsKept=" + activationsKept + ", retention=" + retention + "]";
    }

    private static void atLeastOne(String what, long value) {
        if (value < 1) {
            throw new WskException(what + " must be at least 1, was " + value);
        }
    }
}
