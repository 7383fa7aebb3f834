package io.fogwhisk.lean;

import io.fogwhisk.base.http.Tls;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.parameters.SiteParameters;
import io.fogwhisk.lean.runtime.RuntimeSettings;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The settings of one lean OpenWhisk.
 *
 * @param name of this OpenWhisk, unique in the process; in threads, metrics and messages
 * @param host the address to bind to
 * @param port of the REST API, 0 for any free one
 * @param dataFolder of {@code whisk.db} and {@code queue.db}; no other OpenWhisk may use it
 * @param identities who may use it
 * @param commitPace the shortest time between two commits to one file
 * @param bounds how much may be under way
 * @param blockingLimit the longest that a blocking call waits for its activation, more than zero
 * @param retention which activation records are kept
 * @param runtimes what the children that run action code may use
 * @param tls when present the port speaks TLS beside plain HTTP
 * @param parameters what the site makes of declared parameters
 */
public record LeanConfig(
        String name,
        String host,
        int port,
        Path dataFolder,
        IdentitySource identities,
        Duration commitPace,
        Bounds bounds,
        Duration blockingLimit,
        Retention retention,
        RuntimeSettings runtimes,
        Optional<Tls> tls,
        SiteParameters parameters) {

    /** Checks the ranges. */
    public LeanConfig {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(dataFolder, "dataFolder is null");
        Objects.requireNonNull(identities, "identities is null");
        Objects.requireNonNull(bounds, "bounds is null");
        Objects.requireNonNull(retention, "retention is null");
        Objects.requireNonNull(runtimes, "runtimes is null");
        Objects.requireNonNull(tls, "tls is null");
        Objects.requireNonNull(parameters, "parameters is null");
        if (port < 0 || port > 65_535) {
            throw new WskException("port must be 0 to 65535, was " + port);
        }
        if (commitPace.isNegative()) {
            throw new WskException("commitPace must be 0 or more, was " + commitPace);
        }
        atLeastOne("blockingLimit in milliseconds", blockingLimit.toMillis());
    }

    /** Settings of a port without TLS, of a site that gives no parameters. */
    public LeanConfig(
            String name,
            String host,
            int port,
            Path dataFolder,
            IdentitySource identities,
            Duration commitPace,
            Bounds bounds,
            Duration blockingLimit,
            Retention retention,
            RuntimeSettings runtimes) {
        this(
                name,
                host,
                port,
                dataFolder,
                identities,
                commitPace,
                bounds,
                blockingLimit,
                retention,
                runtimes,
                Optional.empty(),
                SiteParameters.NONE);
    }

    /**
     * How much may be under way.
     *
     * @param maxQueued accepted invocations that wait or run, on disk, at least 1; more are refused
     * @param maxInMemory of those held in memory, at least 1; a large one counts once for each 8 KiB of its payload
     * @param maxRunning activations at a time, at least 1
     */
    public record Bounds(int maxQueued, int maxInMemory, int maxRunning) {

        /** A million entries, ten thousand of them (or 80 MB) in memory, a thousand activations at a time. */
        public static final Bounds DEFAULT = new Bounds(1_000_000, 10_000, 1_000);

        /** Checks the ranges. */
        public Bounds {
            atLeastOne("maxQueued", maxQueued);
            atLeastOne("maxInMemory", maxInMemory);
            atLeastOne("maxRunning", maxRunning);
        }
    }

    /**
     * Which activation records are kept.
     *
     * @param activations how many, at least 1; the oldest are deleted
     * @param bytes of records, at least 1; the oldest are deleted
     * @param age how long, more than zero
     */
    public record Retention(long activations, long bytes, Duration age) {

        /** A hundred thousand records, a gigabyte, for a week. */
        public static final Retention DEFAULT = new Retention(100_000, 1L << 30, Duration.ofDays(7));

        /** Checks the ranges. */
        public Retention {
            atLeastOne("activations kept", activations);
            atLeastOne("bytes of activations kept", bytes);
            atLeastOne("retention in seconds", age.toSeconds());
        }
    }

    /**
     * On the loopback address, with the well-known keys of {@code guest} and {@code whisk.system}, and otherwise the
     * defaults.
     */
    public static LeanConfig defaults(String name, int port, Path dataFolder) {
        return new LeanConfig(
                name,
                "127.0.0.1",
                port,
                dataFolder,
                IdentitySource.fixed(Map.of(AuthKey.GUEST, "guest", AuthKey.SYSTEM, "whisk.system")),
                Duration.ofMillis(2),
                Bounds.DEFAULT,
                Duration.ofSeconds(60),
                Retention.DEFAULT,
                RuntimeSettings.DEFAULT);
    }

    private static void atLeastOne(String what, long value) {
        if (value < 1) {
            throw new WskException(what + " must be at least 1, was " + value);
        }
    }
}
