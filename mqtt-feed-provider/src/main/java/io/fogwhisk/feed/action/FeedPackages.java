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
     * The package {@code alarms} with the feeds {@code alarm}, {@code interval} and {@code once}.
     *
     * @param providerEndpoint {@code http://host:port} of the provider
     */
    public static BuiltInPackage alarms(String providerEndpoint) {
        return new BuiltInPackage(
                "alarms",
                endpoint(providerEndpoint + "/alarm"),
                List.of(
                        action("alarm", "Fires a trigger when a cron pattern says so", new FeedAction()),
                        action("interval", "Fires a trigger every so many minutes", new FeedAction("interval")),
                        action("once", "Fires a trigger once, on a date", new FeedAction("once"))));
    }

    private static BuiltInPackage feed(String name, String action, String endpoint, String description) {
        return new BuiltInPackage(name, endpoint(endpoint), List.of(action(action, description, new FeedAction())));
    }

    private static List<KeyValue> endpoint(String endpoint) {
        return List.of(new KeyValue(PROVIDER_ENDPOINT, TextNode.valueOf(endpoint)));
    }

    private static BuiltInAction action(String name, String description, FeedAction action) {
        List<KeyValue> annotations = List.of(
                new KeyValue("feed", BooleanNode.TRUE), new KeyValue("description", TextNode.valueOf(description)));
        return new BuiltInAction(name, annotations, action);
    }
}
