package io.fogwhisk.launcher.site;

import io.fogwhisk.aggregate.outbox.OutboxConfig;
import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.edge.policy.DestinationPolicy;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.registry.Broker;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Everything that one data centre is told. An empty configuration is a complete one.
 *
 * @param id of the site, such as {@code dc-1}
 * @param central true for the centre: an OpenWhisk and an InfluxDB, without sensors of its own
 * @param roles which parts of it this process runs
 * @param data the folder for everything durable
 * @param host the address that every port binds to
 * @param ports of every part
 * @param externalBroker a broker of the user's own; empty for the embedded one
 * @param openwhisk what its OpenWhisk is told
 * @param influx what the embedded InfluxDB is told
 * @param local where readings go
 * @param centre where aggregates go
 * @param policy how the edge router picks a destination
 * @param limits how much may be under way
 * @param feeds what its feed provider is told
 * @param catalog whether it serves the catalogue, or follows one
 * @param parameters what it gives to the actions, triggers and feeds that were declared elsewhere
 * @param sample what the sample pipeline does; empty to install none
 */
public record SiteConfig(
        String id,
        boolean central,
        RolesConfig roles,
        Path data,
        String host,
        Ports ports,
        Optional<Broker> externalBroker,
        OpenWhiskConfig openwhisk,
        InfluxConfig influx,
        InfluxTarget local,
        InfluxTarget centre,
        String policy,
        Limits limits,
        FeedsConfig feeds,
        CatalogConfig catalog,
        ParametersConfig parameters,
        Optional<Sample> sample) {

    private static final Pattern ID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** Checks for null and the form of the id. */
    public SiteConfig {
        checkedId(id);
        Objects.requireNonNull(roles, "roles is null");
        Objects.requireNonNull(data, "data is null");
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(ports, "ports is null");
        Objects.requireNonNull(externalBroker, "externalBroker is null");
        Objects.requireNonNull(openwhisk, "openwhisk is null");
        Objects.requireNonNull(influx, "influx is null");
        Objects.requireNonNull(local, "local is null");
        Objects.requireNonNull(centre, "centre is null");
        Objects.requireNonNull(limits, "limits is null");
        Objects.requireNonNull(feeds, "feeds is null");
        Objects.requireNonNull(catalog, "catalog is null");
        Objects.requireNonNull(parameters, "parameters is null");
        Objects.requireNonNull(sample, "sample is null");
    }

    /**
     * How much may be under way in the site before it takes no more.
     *
     * @param firesInFlight messages taken from MQTT and not yet durably accepted, at least 1
     * @param queuedInvocations accepted invocations not yet run, on disk, at least 1
     * @param runningActivations activations under way, at least 1
     * @param outbox readings and aggregates waiting for a database that is away
     * @param commitPace the shortest time between two commits to one database file
     */
    public record Limits(
            int firesInFlight,
            int queuedInvocations,
            int runningActivations,
            OutboxConfig.Bounds outbox,
            Duration commitPace) {

        private static final int MAX_SET_ASIDE = 10_000;

        static Limits read(ConfigNode node) {
            return new Limits(
                    node.integer("fires-in-flight", 1_000, 1, 65_535),
                    node.integer("queued-invocations", 1_000_000, 1, 100_000_000),
                    node.integer("running-activations", 1_000, 1, 100_000),
                    new OutboxConfig.Bounds(
                            node.integer("outbox-entries", 20_000_000, 1, 1_000_000_000),
                            node.value("outbox-bytes", 1L << 30, Sizes::bytes),
                            node.value("outbox-age", Duration.ZERO, Limits::age),
                            MAX_SET_ASIDE),
                    node.duration("commit-pace", Duration.ofMillis(1)));
        }

        private static Duration age(String text) {
            return text.equals("never") ? Duration.ZERO : ConfigNode.parseDuration(text);
        }
    }

    /**
     * What the sample pipeline does.
     *
     * @param topic the MQTT topic filter of the readings
     * @param window the length of the aggregates' windows, such as {@code 1d} or {@code 5s}
     * @param lateness how long after its end a window is computed again when readings came late
     * @param cron when aggregates are computed, five or six fields, UTC
     */
    public record Sample(String topic, String window, String lateness, String cron) {

        static Sample read(ConfigNode node) {
            return new Sample(
                    node.text("topic", "test"),
                    node.value("window", "1d", Sample::checkedDuration),
                    node.value("lateness", "1d", Sample::checkedDuration),
                    node.text("cron", "0 3 * * *"));
        }

        private static String checkedDuration(String text) {
            ConfigNode.parseDuration(text);
            return text;
        }
    }

    /** The configuration of a site with nothing configured. */
    public static SiteConfig defaults() {
        return ConfigFile.parse("defaults", "", Map.of(), SiteConfig::read);
    }

    /** Reads a site's configuration; see {@code samples/site.yaml} for every key. */
    public static SiteConfig read(ConfigNode root) {
        return read(root, Optional.empty());
    }

    /**
     * The same.
     *
     * @param otherwise the OpenWhisk to fire at when the configuration names none; empty for the site's own
     */
    public static SiteConfig read(ConfigNode root, Optional<String> otherwise) {
        ConfigNode site = root.section("site");
        String id = site.value("id", "dc-1", SiteConfig::checkedId);
        ConfigNode influx = root.section("influx");
        InfluxTarget local = InfluxTarget.read(influx.section("local"), "measure");
        InfluxTarget centre = InfluxTarget.read(influx.section("central"), "aggregates");
        ConfigNode sample = root.section("sample");
        Sample sampleConfig = Sample.read(sample);
        boolean central = site.flag("central", false);
        Optional<Set<SiteRole>> named = RolesConfig.named(site);
        // The centre has an OpenWhisk of its own, whatever the environment says for the feeds.
        OpenWhiskConfig openwhisk =
                OpenWhiskConfig.read(root.section("openwhisk"), central ? Optional.empty() : otherwise);
        boolean elsewhere = openwhisk.apiHost().isPresent();
        if (central && elsewhere && named.isEmpty()) {
            root.section("openwhisk").fault("api-host", "is for sites: the centre has an OpenWhisk of its own");
        }
        Optional<Broker> broker = root.section("mqtt").secret("url", Optional.empty(), SiteConfig::checkedBroker);
        CatalogConfig catalog = CatalogConfig.read(root, central, named.isPresent() || !elsewhere);
        RolesConfig roles =
                RolesConfig.read(root, named, new RolesConfig.Given(broker, openwhisk, local, centre, catalog));
        boolean whole = roles.runs(SiteRole.OPENWHISK) && roles.runs(SiteRole.FEEDS);
        boolean installSample =
                sample.flag("install", !central && catalog.upstream().isEmpty() && whole)
                        && roles.runs(SiteRole.OPENWHISK);
        return new SiteConfig(
                id,
                central,
                roles,
                site.path("data", Path.of("data", id)),
                site.text("host", "127.0.0.1"),
                Ports.read(root),
                // What this process was named to run is the one that it uses, wherever others find that.
                named.isPresent() && roles.runs(SiteRole.BROKER) ? Optional.empty() : broker,
                roles.runs(SiteRole.OPENWHISK) ? openwhisk.own() : openwhisk,
                InfluxConfig.read(influx, List.of(local, centre)),
                local,
                centre,
                root.section("edge").value("policy", "power-of-two", SiteConfig::checkedPolicy),
                Limits.read(root.section("limits")),
                FeedsConfig.read(root),
                whole || named.isEmpty() ? catalog : catalog.unused(),
                ParametersConfig.read(root),
                installSample ? Optional.of(sampleConfig) : Optional.empty());
    }

    /** This configuration without the sample pipeline. */
    public SiteConfig withoutSample() {
        return new SiteConfig(
                id,
                central,
                roles,
                data,
                host,
                ports,
                externalBroker,
                openwhisk,
                influx,
                local,
                centre,
                policy,
                limits,
                feeds,
                catalog,
                parameters,
                Optional.empty());
    }

    /** The organisation in both databases. */
    public String influxOrg() {
        return influx.org();
    }

    /** Where sensors publish. */
    public Broker broker() {
        return externalBroker.orElseGet(() -> Broker.tcp(host, ports.mqtt()));
    }

    /** Whether the feed provider shows and deletes feeds without a key. */
    public boolean feedsOpen() {
        return feeds.open().orElseGet(this::loopback);
    }

    /** Whether nobody but this machine can connect. */
    public boolean loopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static String checkedId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "must be a name of lower-case letters, digits and dashes, at most 63 characters");
        }
        return id;
    }

    private static Optional<Broker> checkedBroker(String url) {
        try {
            return Optional.of(Broker.parse(url));
        } catch (FeedException e) {
            throw new IllegalArgumentException("is not the address of a broker: " + e.getMessage(), e);
        }
    }

    private static String checkedPolicy(String policy) {
        try {
            DestinationPolicy.parse("policy", "type=" + policy, ThreadLocalRandom::current);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(
                    "must be power-of-two, random, least-impedance, round-robin or"
                            + " proportional-fairness,alpha=A,beta=B",
                    e);
        }
        return policy;
    }
}
