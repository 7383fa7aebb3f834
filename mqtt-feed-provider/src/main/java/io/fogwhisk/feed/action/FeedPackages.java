package io.fogwhisk.feed.action;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fogwhisk.wsk.action.BuiltInPackage;
import io.fogwhisk.wsk.action.BuiltInPackage.BuiltInAction;
import io.fogwhisk.wsk.model.KeyValue;
import java.util.List;

/** The packages that a lean OpenWhisk offers for the feeds of a provider. */
public final class FeedPackages {

    /** The package parameter that says where the provider is. */
    public static final String PROVIDER_ENDPOINT = "provider_endpoint";

    private FeedPackages() {}

    /**
     * The package {@code mqtt} with the feed {@code mqtt_feed}.
     *
     * @param providerEndpoint {@code http://host:port} of the provider
     */
    public static BuiltInPackage mqtt(String providerEndpoint) {
        return feed(
                "mqtt", "mqtt_feed", providerEndpoint + "/mqtt", "Fires a trigger for each message of an MQTT topic");
    }

    /**
     * The package {@code alarms} with the feed {@code alarm}.
     *
     * @param providerEndpoint {@code http://host:port} of the provider
     */
    public static BuiltInPackage alarms(String providerEndpoint) {
        return feed("alarms", "alarm", providerEndpoint + "/alarm", "Fires a trigger when a cron pattern says so");
    }

    private static BuiltInPackage feed(String name, String action, String endpoint, String description) {
        List<KeyValue> annotations = List.of(
                new KeyValue("feed", BooleanNode.TRUE), new KeyValue("description", TextNode.valueOf(description)));
        return new BuiltInPackage(
                name,
                List.of(new KeyValue(PROVIDER_ENDPOINT, TextNode.valueOf(endpoint))),
                List.of(new BuiltInAction(action, annotations, new FeedAction())));
    }
}
