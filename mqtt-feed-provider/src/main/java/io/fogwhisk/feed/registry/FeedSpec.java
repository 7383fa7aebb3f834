package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What makes a feed fire. Its text form is masked. */
public sealed interface FeedSpec permits MqttSpec, AlarmSpec {

    /** {@code mqtt}, {@code alarm}, {@code interval} or {@code once}. */
    String kind();

    /** The parameters that made it, secrets included, as a feed action sends them. */
    ObjectNode toJson();

    /** The parameters for the eyes of a user: secrets masked. */
    ObjectNode shown();

    /**
     * Reads a spec from its parameters.
     *
     * @throws io.fogwhisk.feed.FeedException if the kind is unknown or a parameter is wrong
     */
    static FeedSpec of(String kind, ObjectNode json) {
        if (kind.equals(MqttSpec.KIND)) {
            return MqttSpec.of(json);
        }
        return AlarmSpec.of(kind, json);
    }
}
