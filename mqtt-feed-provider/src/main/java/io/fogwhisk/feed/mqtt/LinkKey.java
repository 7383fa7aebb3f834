package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.Retired;
import io.fogwhisk.feed.registry.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which feeds share a connection: those of one namespace at one broker as one user, so that nobody rides on a
 * stranger's credentials. A shared subscription has a connection of its own: its messages are copies of those that an
 * ordinary subscription gets, and on one connection nothing would tell them apart.
 *
 * @param shared the filter of the shared subscription, or empty
 */
record LinkKey(String namespace, String address, String user, String shared) {

    private static final int HASH_BYTES = 6;

    /** The connections that bring the messages of a feed; none for a feed of another kind. */
    static Set<LinkKey> of(Feed feed) {
        return feed.spec() instanceof MqttSpec mqtt
                ? mqtt.topics().stream()
                        .map(topic -> of(feed.trigger().namespace(), mqtt.broker(), topic))
                        .collect(Collectors.toSet())
                : Set.of();
    }

    static LinkKey of(Retired old) {
        return of(old.namespace(), old.broker(), old.topic());
    }

    /** Whether this connection brings the messages of a topic filter of its feeds. */
    boolean brings(TopicFilter topic) {
        return shared.equals(topic.shared() ? topic.text() : "");
    }

    private static LinkKey of(String namespace, Broker broker, TopicFilter topic) {
        return new LinkKey(namespace, broker.address(), broker.user(), topic.shared() ? topic.text() : "");
    }

    /** Names those who share a subscription on behalf of the same namespace; the same at every provider. */
    String group() {
        return hash(namespace, shared);
    }

    /**
     * The same at every start, so that the broker finds the session again.
     *
     * @param own whether the broker is the site's own, which keeps its sessions when its address changes
     */
    String clientId(String provider, boolean own) {
        return "fogwhisk-" + provider + "-" + hash(namespace, own ? "own" : address, user, shared);
    }

    private static String hash(String... parts) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
