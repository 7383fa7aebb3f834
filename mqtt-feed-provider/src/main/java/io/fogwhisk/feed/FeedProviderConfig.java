package io.fogwhisk.feed;

import io.fogwhisk.feed.registry.Broker;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What a feed provider needs to know.
 *
 * @param name of the site: letters, digits, dots, dashes and underscores; part of the MQTT client ids, so changing it
 *     leaves the old sessions behind at the brokers
 * @param host the address that the HTTP API binds to
 * @param port the port of the HTTP API, 0 for any free one
 * @param dataFolder where {@code feeds.db} lives
 * @param maxInFlight how many fires may wait for their answer before no further message is taken, at least 1
 * @param ownBroker the broker that shares this provider's site and data folder, if there is one: when its
 *     address changes, feeds and sessions follow it
 */
public record FeedProviderConfig(
        String name, String host, int port, Path dataFolder, int maxInFlight, Optional<Broker> ownBroker) {

    /** Checks the name and the ranges. */
    public FeedProviderConfig {
        Objects.requireNonNull(ownBroker, "ownBroker is null");
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(dataFolder, "dataFolder is null");
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "name must be 1 to 64 letters, digits, dots, dashes or underscores, was '" + name + "'");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
        }
        if (maxInFlight < 1) {
            throw new IllegalArgumentException("maxInFlight must be at least 1, was " + maxInFlight);
        }
    }

    /** Without a broker of its own. */
    public FeedProviderConfig(String name, String host, int port, Path dataFolder, int maxInFlight) {
        this(name, host, port, dataFolder, maxInFlight, Optional.empty());
    }
}
