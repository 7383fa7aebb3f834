package io.fogwhisk.feed;

import io.fogwhisk.feed.alarm.AlarmSettings;
import io.fogwhisk.feed.mqtt.MqttSettings;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.DeclaredFeed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a feed provider needs to know.
 *
 * @param name of the site: letters, digits, dots, dashes and underscores; part of the MQTT client ids, so changing it
 *     leaves the old sessions behind at the brokers
 * @param host the address that the HTTP API binds to
 * @param port the port of the HTTP API, 0 for any free one
 * @param dataFolder where {@code feeds.db} lives
 * @param acceptance when a message is acknowledged
 * @param bounds how much may be under way or wait
 * @param mqtt how to talk to brokers
 * @param alarms how to schedule alarms
 * @param declared the feeds that there are without anybody creating them
 * @param ownBroker the broker that shares this provider's site and data folder, if there is one: when its
 *     address changes, feeds and sessions follow it
 * @param triggerCheck how often, about, the OpenWhisk is asked whether a feed's trigger is still there; at least 100 ms
 * @param fires whether anything fires; else feeds are only recorded, for the sites that follow this one's catalogue: no
 *     broker is asked for messages, no alarm ticks
 * @param open whether whoever reaches the HTTP API may read and delete feeds without a key
 */
public record FeedProviderConfig(
        String name,
        String host,
        int port,
        Path dataFolder,
        Acceptance acceptance,
        Bounds bounds,
        MqttSettings mqtt,
        AlarmSettings alarms,
        List<DeclaredFeed> declared,
        Optional<Broker> ownBroker,
        Duration triggerCheck,
        boolean open,
        boolean fires) {

    /** Ten minutes. */
    public static final Duration TRIGGER_CHECK = Duration.ofMinutes(10);

    private static final Duration SHORTEST_CHECK = Duration.ofMillis(100);

    /** When a message is acknowledged to its broker. */
    public enum Acceptance {
        /** When the OpenWhisk accepted its fires: for one that shares the process and says so quickly. */
        BY_OPENWHISK,
        /** When it is in the provider's own inbox: for an OpenWhisk that is far away, or away for a while. */
        BY_INBOX
    }

    /**
     * How much may be under way or wait.
     *
     * @param firesInFlight how many fires may wait for their answer before no further message is taken, at least 1
     * @param inboxMessages how many messages the inbox holds before no further one is taken, at least 1
     * @param inboxBytes how many bytes of messages the inbox holds before no further one is taken, at least 1
     */
    public record Bounds(int firesInFlight, long inboxMessages, long inboxBytes) {

        /** A thousand fires; ten million messages or a gibibyte on disk. */
        public static final Bounds DEFAULT = new Bounds(1_000, 10_000_000, 1L << 30);

        /** Checks the ranges. */
        public Bounds {
            if (firesInFlight < 1) {
                throw new IllegalArgumentException("firesInFlight must be at least 1, was " + firesInFlight);
            }
            if (inboxMessages < 1 || inboxBytes < 1) {
                throw new IllegalArgumentException("the bounds of the inbox must be at least 1");
            }
        }
    }

    /** Checks the name and the ranges. */
    public FeedProviderConfig {
        Objects.requireNonNull(acceptance, "acceptance is null");
        Objects.requireNonNull(bounds, "bounds is null");
        Objects.requireNonNull(mqtt, "mqtt is null");
        Objects.requireNonNull(alarms, "alarms is null");
        Objects.requireNonNull(ownBroker, "ownBroker is null");
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(dataFolder, "dataFolder is null");
        declared = List.copyOf(declared);
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "name must be 1 to 64 letters, digits, dots, dashes or underscores, was '" + name + "'");
        }
        if (triggerCheck.compareTo(SHORTEST_CHECK) < 0) {
            throw new IllegalArgumentException("triggerCheck must be at least 100 ms, was " + triggerCheck);
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
        }
    }

    /** On the own machine, beside an OpenWhisk of the same process, with nothing declared. */
    public static FeedProviderConfig defaults(String name, int port, Path dataFolder) {
        return new FeedProviderConfig(
                name,
                "127.0.0.1",
                port,
                dataFolder,
                Acceptance.BY_OPENWHISK,
                Bounds.DEFAULT,
                MqttSettings.DEFAULT,
                AlarmSettings.DEFAULT,
                List.of(),
                Optional.empty(),
                TRIGGER_CHECK,
                true,
                true);
    }

    /** The same with other bounds. */
    public FeedProviderConfig with(Bounds other) {
        return changed(draft -> draft.bounds = other);
    }

    /** The same with another way of accepting. */
    public FeedProviderConfig with(Acceptance other) {
        return changed(draft -> draft.acceptance = other);
    }

    /** The same with other ways to talk to brokers. */
    public FeedProviderConfig with(MqttSettings other) {
        return changed(draft -> draft.mqtt = other);
    }

    /** The same with another way to schedule alarms. */
    public FeedProviderConfig with(AlarmSettings other) {
        return changed(draft -> draft.alarms = other);
    }

    /** The same with other feeds declared. */
    public FeedProviderConfig with(List<DeclaredFeed> others) {
        return changed(draft -> draft.declared = others);
    }

    /** The same for a site that has a broker. */
    public FeedProviderConfig withOwnBroker(Broker broker) {
        return changed(draft -> draft.ownBroker = Optional.of(broker));
    }

    /** The same, asking after triggers more often or less. */
    public FeedProviderConfig withTriggerCheck(Duration other) {
        return changed(draft -> draft.triggerCheck = other);
    }

    /** The same, open to everybody who reaches the HTTP API, or closed to those without a key. */
    public FeedProviderConfig withOpen(boolean other) {
        return changed(draft -> draft.open = other);
    }

    /** The same, firing or only recording feeds for others. */
    public FeedProviderConfig withFires(boolean other) {
        return changed(draft -> draft.fires = other);
    }

    private FeedProviderConfig changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new FeedProviderConfig(
                name,
                host,
                port,
                dataFolder,
                draft.acceptance,
                draft.bounds,
                draft.mqtt,
                draft.alarms,
                draft.declared,
                draft.ownBroker,
                draft.triggerCheck,
                draft.open,
                draft.fires);
    }

    /** What one call changes. */
    private static final class Draft {
        private Acceptance acceptance;
        private Bounds bounds;
        private MqttSettings mqtt;
        private AlarmSettings alarms;
        private List<DeclaredFeed> declared;
        private Optional<Broker> ownBroker;
        private Duration triggerCheck;
        private boolean open;
        private boolean fires;

        Draft(FeedProviderConfig config) {
            acceptance = config.acceptance;
            bounds = config.bounds;
            mqtt = config.mqtt;
            alarms = config.alarms;
            declared = config.declared;
            ownBroker = config.ownBroker;
            triggerCheck = config.triggerCheck;
            open = config.open;
            fires = config.fires;
        }
    }
}
