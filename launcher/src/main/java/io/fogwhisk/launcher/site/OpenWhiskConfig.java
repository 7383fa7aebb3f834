package io.fogwhisk.launcher.site;

import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.base.http.HttpException;
import io.fogwhisk.base.http.Tls;
import io.fogwhisk.lean.LeanConfig;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.lean.runtime.RuntimeSettings;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a site's OpenWhisk is told beside its port.
 *
 * @param auth the key of the namespace {@code guest}; empty to keep the one it has, or got at the first start
 * @param allowWellKnownKeys whether a key that everybody knows may be used where others than this machine can connect
 * @param tls whether its port speaks TLS beside plain HTTP
 * @param certificate of the user's own; empty for one of our making
 * @param limits of namespaces for which none were set
 * @param retention which activation records are kept
 * @param runtimes what the children that run action code may use
 */
public record OpenWhiskConfig(
        Optional<AuthKey> auth,
        boolean allowWellKnownKeys,
        boolean tls,
        Optional<Tls.PemFiles> certificate,
        NamespaceLimits limits,
        LeanConfig.Retention retention,
        RuntimeSettings runtimes) {

    /** Up to ten digits: with its unit it fits a long. */
    private static final Pattern SIZE = Pattern.compile("(\\d{1,10})([kmg]?)");

    private static final int MOST = 1_000_000_000;
    private static final int MIN_MEMORY_MB = 128;

    /** Checks for null. */
    public OpenWhiskConfig {
        Objects.requireNonNull(auth, "auth is null");
        Objects.requireNonNull(certificate, "certificate is null");
        Objects.requireNonNull(limits, "limits is null");
        Objects.requireNonNull(retention, "retention is null");
        Objects.requireNonNull(runtimes, "runtimes is null");
    }

    static OpenWhiskConfig read(ConfigNode node) {
        ConfigNode tls = node.section("tls");
        return new OpenWhiskConfig(
                node.secret("auth", Optional.<AuthKey>empty(), text -> Optional.of(AuthKey.parse(text))),
                node.flag("allow-well-known-keys", false),
                tls.flag("enabled", true),
                certificate(tls),
                limits(node.section("limits")),
                retention(node.section("activations")),
                runtimes(node.section("runtimes")));
    }

    private static Optional<Tls.PemFiles> certificate(ConfigNode node) {
        Optional<Path> certificate =
                node.value("certificate", Optional.<Path>empty(), text -> Optional.of(Path.of(text)));
        Optional<Path> key = node.value("key", Optional.<Path>empty(), text -> Optional.of(Path.of(text)));
        if (certificate.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            node.fault(certificate.isEmpty() ? "certificate" : "key", "is required when the other one is given");
            return Optional.empty();
        }
        Tls.PemFiles files = new Tls.PemFiles(certificate.get(), key.get());
        try {
            files.load();
        } catch (HttpException e) {
            node.fault("certificate", "and key: " + e.getMessage());
        }
        return Optional.of(files);
    }

    private static NamespaceLimits limits(ConfigNode node) {
        NamespaceLimits defaults = NamespaceLimits.DEFAULT;
        return new NamespaceLimits(
                node.integer("invocations-per-minute", defaults.invocationsPerMinute(), 0, MOST),
                node.integer("concurrent-invocations", defaults.concurrentInvocations(), 0, MOST),
                node.integer("fires-per-minute", defaults.firesPerMinute(), 0, MOST),
                defaults.allowedKinds(),
                defaults.storeActivations());
    }

    private static LeanConfig.Retention retention(ConfigNode node) {
        LeanConfig.Retention defaults = LeanConfig.Retention.DEFAULT;
        return new LeanConfig.Retention(
                node.integer("keep", (int) defaults.activations(), 1, MOST),
                node.value("bytes", defaults.bytes(), OpenWhiskConfig::someBytes),
                node.value("age", defaults.age(), OpenWhiskConfig::someTime));
    }

    private static RuntimeSettings runtimes(ConfigNode node) {
        RuntimeSettings defaults = RuntimeSettings.DEFAULT;
        return new RuntimeSettings(
                node.integer("memory", defaults.userMemoryMb(), MIN_MEMORY_MB, MOST),
                node.value("idle-timeout", defaults.idleTimeout(), OpenWhiskConfig::someTime),
                node.flag("network", defaults.network()),
                node.path("work-folder", defaults.workFolder()),
                node.lists("executables"));
    }

    private static long someBytes(String text) {
        Matcher size = SIZE.matcher(text.trim());
        if (!size.matches()) {
            throw new IllegalArgumentException("must be a size such as 500k, 500m, 1g or a number of bytes");
        }
        int power = " kmg".indexOf(size.group(2).isEmpty() ? " " : size.group(2));
        long bytes = Long.parseLong(size.group(1)) << (10 * power);
        if (bytes < 1) {
            throw new IllegalArgumentException("must be at least 1");
        }
        return bytes;
    }

    private static Duration someTime(String text) {
        Duration time = ConfigNode.parseDuration(text);
        if (time.toSeconds() < 1) {
            throw new IllegalArgumentException("must be at least 1s");
        }
        return time;
    }
}
