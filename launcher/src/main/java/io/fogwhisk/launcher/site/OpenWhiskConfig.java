package io.fogwhisk.launcher.site;

import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.base.http.HttpException;
import io.fogwhisk.base.http.Tls;
import io.fogwhisk.lean.LeanConfig;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.lean.runtime.RuntimeSettings;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.client.ApiHost;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

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
 * @param apiHost an OpenWhisk elsewhere that the feeds fire at; empty for the one of this site
 * @param direct whether feeds fire straight at the site's OpenWhisk rather than through its edge domain
 */
public record OpenWhiskConfig(
        Optional<AuthKey> auth,
        boolean allowWellKnownKeys,
        boolean tls,
        Optional<Tls.PemFiles> certificate,
        NamespaceLimits limits,
        LeanConfig.Retention retention,
        RuntimeSettings runtimes,
        Optional<ApiHost> apiHost,
        boolean direct) {

    private static final int MOST = 1_000_000_000;
    private static final int MIN_MEMORY_MB = 128;

    /** Checks for null. */
    public OpenWhiskConfig {
        Objects.requireNonNull(auth, "auth is null");
        Objects.requireNonNull(certificate, "certificate is null");
        Objects.requireNonNull(limits, "limits is null");
        Objects.requireNonNull(retention, "retention is null");
        Objects.requireNonNull(runtimes, "runtimes is null");
        Objects.requireNonNull(apiHost, "apiHost is null");
    }

    /**
     * Reads it.
     *
     * @param otherwise the API host when none is configured; empty for this site's own
     */
    static OpenWhiskConfig read(ConfigNode node, Optional<String> otherwise) {
        ConfigNode tls = node.section("tls");
        return new OpenWhiskConfig(
                node.secret("auth", Optional.<AuthKey>empty(), text -> Optional.of(AuthKey.parse(text))),
                node.flag("allow-well-known-keys", false),
                tls.flag("enabled", true),
                certificate(tls),
                limits(node.section("limits")),
                retention(node.section("activations")),
                runtimes(node.section("runtimes")),
                apiHost(node, otherwise),
                node.value("through", false, OpenWhiskConfig::direct));
    }

    /** The same for the OpenWhisk of the process itself, whichever it was told of elsewhere. */
    OpenWhiskConfig own() {
        return new OpenWhiskConfig(
                auth, allowWellKnownKeys, tls, certificate, limits, retention, runtimes, Optional.empty(), direct);
    }

    private static Optional<ApiHost> apiHost(ConfigNode node, Optional<String> otherwise) {
        boolean insecure = node.flag("insecure", false);
        Function<String, Optional<ApiHost>> rule = text -> {
            try {
                return Optional.of(new ApiHost(text, insecure));
            } catch (WskException e) {
                throw new IllegalArgumentException("must be http://host:port, or a host for https", e);
            }
        };
        try {
            return node.value("api-host", otherwise.flatMap(rule), rule);
        } catch (IllegalArgumentException e) {
            node.fault("api-host", e.getMessage() + ", was '" + otherwise.orElse("") + "'");
            return Optional.empty();
        }
    }

    private static boolean direct(String text) {
        if (text.equals("edge") || text.equals("direct")) {
            return text.equals("direct");
        }
        throw new IllegalArgumentException("must be edge or direct");
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
                node.value("bytes", defaults.bytes(), Sizes::bytes),
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

    private static Duration someTime(String text) {
        Duration time = ConfigNode.parseDuration(text);
        if (time.toSeconds() < 1) {
            throw new IllegalArgumentException("must be at least 1s");
        }
        return time;
    }
}
