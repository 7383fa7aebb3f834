package io.fogwhisk.feed.registry;

import java.util.Objects;

/**
 * A subscription that a feed had and that a broker may still keep in its session: to be cancelled there once the broker
 * can be reached.
 *
 * @param id of this record
 * @param namespace whose feed it was
 */
public record Retired(long id, String namespace, Broker broker, TopicFilter topic) {

    /** Checks for null. */
    public Retired {
        Objects.requireNonNull(namespace, "namespace is null");
        Objects.requireNonNull(broker, "broker is null");
        Objects.requireNonNull(topic, "topic is null");
    }
}
