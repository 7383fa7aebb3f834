package io.fogwhisk.launcher.site;

import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.FeedProviderConfig.Bounds;
import io.fogwhisk.feed.alarm.AlarmSettings;
import io.fogwhisk.feed.mqtt.MqttSettings;
import io.fogwhisk.feed.mqtt.MqttSettings.Client;
import io.fogwhisk.feed.mqtt.MqttSettings.TlsFiles;
import io.fogwhisk.feed.mqtt.MqttSettings.Version;
import io.fogwhisk.feed.mqtt.MqttSettings.Will;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a feed provider is told beside its port.
 *
 * @param mqtt how it talks to brokers
 * @param alarms how it schedules
 * @param inboxMessages how many messages may wait for an OpenWhisk that is elsewhere, at least 1
 * @param inboxBytes how many bytes of them, at least 1
 * @param triggerCheck how often, about, the OpenWhisk is asked whether a feed's trigger is still there, at least 1 s
 * @param open whether feeds may be read and deleted without a key; empty for only where nobody else can connect
 * @param slim the feed that needs no feed action, if there is one
 */
public record FeedsConfig(
        MqttSettings mqtt,
        AlarmSettings alarms,
        long inboxMessages,
        long inboxBytes,
        Duration triggerCheck,
        Optional<Boolean> open,
        Optional<SlimFeed> slim) {

    private static final String NEVER = "never";
    private static final int MAX_SHORT = 65_535;

    /** Checks for null. */
    public FeedsConfig {
        Objects.requireNonNull(mqtt, "mqtt is null");
        Objects.requireNonNull(alarms, "alarms is null");
        Objects.requireNonNull(triggerCheck, "triggerCheck is null");
        Objects.requireNonNull(open, "open is null");
        Objects.requireNonNull(slim, "slim is null");
    }

    static FeedsConfig read(ConfigNode root) {
        ConfigNode feeds = root.section("feeds");
        ConfigNode inbox = feeds.section("inbox");
        return new FeedsConfig(
                mqtt(root.section("mqtt")),
                alarms(root.section("alarms")),
                inbox.integer("messages", (int) Bounds.DEFAULT.inboxMessages(), 1, Integer.MAX_VALUE),
                inbox.value("bytes", Bounds.DEFAULT.inboxBytes(), Sizes::bytes),
                feeds.value("trigger-check", FeedProviderConfig.TRIGGER_CHECK, FeedsConfig::triggerCheck),
                feeds.value("open", Optional.<Boolean>empty(), FeedsConfig::openOrNot),
                SlimFeed.read(feeds.section("slim")));
    }

    /** How much may be under way or wait. */
    Bounds bounds(int firesInFlight) {
        return new Bounds(firesInFlight, inboxMessages, inboxBytes);
    }

    private static MqttSettings mqtt(ConfigNode node) {
        MqttSettings defaults = MqttSettings.DEFAULT;
        Client client = node.value("client", defaults.client(), FeedsConfig::client);
        Version version = node.value("version", defaults.version(), FeedsConfig::version);
        Duration keepAlive = node.value("keep-alive", defaults.keepAlive(), FeedsConfig::keepAlive);
        Duration expiry = node.value("session-expiry", defaults.sessionExpiry(), FeedsConfig::sessionExpiry);
        int aliases = node.integer("topic-aliases", defaults.topicAliases(), 0, MAX_SHORT);
        Optional<Will> will = will(node.section("will"));
        Duration takeOver = node.value("share-take-over", defaults.takeOver(), FeedsConfig::takeOver);
        TlsFiles tls = tls(node.section("tls"));
        return new MqttSettings(client, version, keepAlive, expiry, aliases, will, takeOver, tls);
    }

    private static Optional<Will> will(ConfigNode node) {
        Optional<String> topic = node.text("topic");
        String payload = node.text("payload", "");
        int qos = node.integer("qos", 1, 0, 2);
        boolean retain = node.flag("retain", false);
        return topic.flatMap(name ->
                checked(node, "topic", Optional.empty(), () -> Optional.of(new Will(name, payload, qos, retain))));
    }

    private static TlsFiles tls(ConfigNode node) {
        Function<String, Optional<Path>> file = text -> Optional.of(Path.of(text));
        Optional<Path> authorities = node.value("authorities", Optional.empty(), file);
        Optional<Path> certificate = node.value("certificate", Optional.empty(), file);
        Optional<Path> key = node.value("key", Optional.empty(), file);
        return checked(node, "certificate", TlsFiles.NONE, () -> new TlsFiles(authorities, certificate, key));
    }

    private static AlarmSettings alarms(ConfigNode node) {
        AlarmSettings defaults = AlarmSettings.DEFAULT;
        ConfigNode cluster = node.section("cluster");
        String user = cluster.text("user", "");
        String password = cluster.text("password", "");
        Optional<AlarmSettings.Cluster> shared = cluster.secret(
                "url", Optional.empty(), url -> Optional.of(new AlarmSettings.Cluster(jdbc(url), user, password)));
        return new AlarmSettings(
                node.flag("limit-cron-fields", defaults.limitCronFields()),
                node.integer("spread", defaults.spread(), 0, 59),
                node.flag("strict", defaults.strictByDefault()),
                shared);
    }

    /** Says itself what is wrong: the url may hold a password. */
    private static String jdbc(String url) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("must begin with jdbc:postgresql:");
        }
        return url;
    }

    private static Client client(String text) {
        for (Client client : Client.values()) {
            if (client.name().equalsIgnoreCase(text)) {
                return client;
            }
        }
        throw new IllegalArgumentException("must be hivemq or paho");
    }

    private static Version version(String text) {
        return switch (text) {
            case "5", "5.0" -> Version.MQTT_5;
            case "3", "3.1.1" -> Version.MQTT_3;
            default -> throw new IllegalArgumentException("must be 5 or 3.1.1");
        };
    }

    private static Duration keepAlive(String text) {
        Duration time = ConfigNode.parseDuration(text);
        if (time.toSeconds() > MAX_SHORT) {
            throw new IllegalArgumentException("must be at most 65535s");
        }
        return time;
    }

    private static Duration sessionExpiry(String text) {
        if (text.equals(NEVER)) {
            return MqttSettings.DEFAULT.sessionExpiry();
        }
        Duration time = ConfigNode.parseDuration(text);
        if (time.toSeconds() < 1 || time.compareTo(MqttSettings.DEFAULT.sessionExpiry()) > 0) {
            throw new IllegalArgumentException("must be never, or 1s to 49710d");
        }
        return time;
    }

    private static Duration triggerCheck(String text) {
        Duration time = ConfigNode.parseDuration(text);
        if (time.toSeconds() < 1) {
            throw new IllegalArgumentException("must be at least 1s");
        }
        return time;
    }

    private static Duration takeOver(String text) {
        Duration time = ConfigNode.parseDuration(text);
        if (time.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("must be 0s to 1d");
        }
        return time;
    }

    private static Optional<Boolean> openOrNot(String text) {
        return switch (text) {
            case "auto" -> Optional.empty();
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> throw new IllegalArgumentException("must be true, false or auto");
        };
    }

    /** A rule whose refusals are the feed provider's. */
    static <T> Function<String, T> rule(Function<String, T> reader) {
        return text -> {
            try {
                return reader.apply(text);
            } catch (FeedException e) {
                throw new IllegalArgumentException("is not right: " + e.getMessage(), e);
            }
        };
    }

    /** What more than one key makes. */
    static <T> T checked(ConfigNode node, String key, T otherwise, Supplier<T> values) {
        try {
            return values.get();
        } catch (FeedException e) {
            node.fault(key, "is not right: " + e.getMessage());
            return otherwise;
        }
    }
}
