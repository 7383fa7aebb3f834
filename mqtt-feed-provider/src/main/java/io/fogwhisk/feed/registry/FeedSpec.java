package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;

/** What makes a feed fire. Its text form is masked. */
public sealed interface FeedSpec permits MqttSpec, AlarmSpec {

    /** {@code mqtt} or {@code alarm}. */
    String kind();

    /** The parameters that made it, secrets included, as a feed action sends them. */
    ObjectNode toJson();

    /** The parameters for the eyes of a user: secrets masked. */
    ObjectNode shown();

    /**
     * Reads a spec from its parameters.
     *
     * @throws FeedException if the kind is unknown or a parameter is wrong
     */
    static FeedSpec of(String kind, ObjectNode json) {
        if (kind.equals(MqttSpec.KIND)) {
            return MqttSpec.of(json);
        }
        if (kind.equals(AlarmSpec.KIND)) {
            return AlarmSpec.of(json);
        }
        throw new FeedException("feed kind '" + kind + "' is unknown");
    }
}
