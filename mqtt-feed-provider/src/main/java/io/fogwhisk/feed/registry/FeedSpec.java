package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;

/** What makes a feed fire. Its text form is masked. */
public sealed interface FeedSpec permits MqttSpec, AlarmSpec, OpenSpec {

    /** {@code mqtt}, {@code alarm}, {@code interval} or {@code once}. */
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
        return AlarmSpec.of(kind, json);
    }

    /**
     * The same for who records feeds and does not run them: parameters that can't be read here because they name variables
     * of sites are kept as they are.
     *
     * @throws FeedException if the kind is unknown or a parameter is wrong at every site
     */
    static FeedSpec recorded(String kind, ObjectNode json) {
        try {
            return of(kind, json);
        } catch (FeedException e) {
            if (OpenSpec.isOpen(json)) {
                return OpenSpec.of(kind, json);
            }
            throw e;
        }
    }
}
