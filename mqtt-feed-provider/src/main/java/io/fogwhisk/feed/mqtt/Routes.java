package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.delivery.Lane;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedStatus;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which feeds a message of a connection fires; immutable but for a bounded memory of topics seen. Thread-safe. */
final class Routes {

    private static final int MAX_TOPICS = 10_000;
    // A topic may have 65,535 bytes, and whoever publishes to ten thousand of those must not fill the memory.
    private static final int MAX_LENGTH = 256;

    private final List<Route> routes;
    private final Map<String, List<Route>> byTopic = new ConcurrentHashMap<>();

    Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /**
     * A feed and what its messages look like.
     *
     * @param filters those of its topics that the connection brings
     */
    record Route(Feed feed, MqttSpec spec, List<TopicFilter> filters, FeedStatus status, Lane lane) {

        private boolean matches(String topic) {
            for (TopicFilter filter : filters) {
                if (filter.matches(topic)) {
                    return true;
                }
            }
            return false;
        }
    }

    List<Route> match(String topic) {
        List<Route> known = byTopic.get(topic);
        if (known != null) {
            return known;
        }
        List<Route> found =
                routes.stream().filter(route -> route.matches(topic)).toList();
        if (topic.length() > MAX_LENGTH) {
            return found;
        }
        if (byTopic.size() >= MAX_TOPICS) {
            byTopic.clear();
        }
        byTopic.put(topic, found);
        return found;
    }

    List<Route> all() {
        return routes;
    }
}
