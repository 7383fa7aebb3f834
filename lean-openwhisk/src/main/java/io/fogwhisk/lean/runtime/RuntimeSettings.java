package io.fogwhisk.lean.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the children that run action code may use.
 *
 * @param userMemoryMb the sum of the memory limits of the children alive, at least 128; when it is used up the child
 *     idle longest makes room
 * @param idleTimeout a child that was idle for so long is stopped, more than zero
 * @param network whether children may use the network
 * @param workFolder where each child gets its private working directory; must be reachable for an unprivileged user
 * @param executables further kinds: the command of an executable that speaks the container protocol, by kind such as
 *     {@code go:1.20}
 */
public record RuntimeSettings(
        int userMemoryMb,
        Duration idleTimeout,
        boolean network,
        Path workFolder,
        Map<String, List<String>> executables) {

    private static final int MIN_MEMORY_MB = 128;

    /** Two gigabytes of children, ten minutes idle, with network, in the system's temporary folder. */
    public static final RuntimeSettings DEFAULT = new RuntimeSettings(
            2_048, Duration.ofMinutes(10), true, Path.of(System.getProperty("java.io.tmpdir")), Map.of());

    /** Checks the ranges and copies the map. */
    public RuntimeSettings {
        Objects.requireNonNull(workFolder, "workFolder is null");
        executables = Map.copyOf(executables);
        if (userMemoryMb < MIN_MEMORY_MB) {
            throw new IllegalArgumentException("userMemoryMb must be at least 128, was " + userMemoryMb);
        }
        if (idleTimeout.isNegative() || idleTimeout.isZero()) {
            throw new IllegalArgumentException("idleTimeout must be more than zero, was " + idleTimeout);
        }
    }
}
