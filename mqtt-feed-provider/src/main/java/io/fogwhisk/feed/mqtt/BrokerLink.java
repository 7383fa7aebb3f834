package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.delivery.Lanes;
import io.fogwhisk.feed.mqtt.Routes.Route;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.Retired;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/** The feeds that share a connection, and the connection. Its state belongs to the control thread. */
final class BrokerLink {

    private final LinkKey key;
    private final Broker broker;
    private final MqttSource source;
    private final FeedRegistry registry;
    private final Lanes lanes;
    private final Deliverer deliverer;
    private final Executor control;
    private volatile Routes routes = new Routes(List.of());
    private CompletionStage<Void> synchronised = CompletableFuture.completedStage(null);
    private CompletionStage<Void> current = CompletableFuture.completedStage(null);
    private boolean ending;
    private boolean connected;
    private final Set<QualifiedName> announced = new HashSet<>();

    BrokerLink(
            LinkKey key,
            Broker broker,
            SourceMaker maker,
            Deliverer deliverer,
            FeedRegistry registry,
            Lanes lanes,
            Executor control) {
        this.key = key;
        this.broker = broker;
        this.registry = registry;
        this.lanes = lanes;
        this.control = control;
        this.deliverer = deliverer;
        source = maker.make(broker, new MessageSink() {
            @Override
            public void take(MqttMessage message) {
                deliverer.deliver(message, routes);
            }

            @Override
            public boolean offer(MqttMessage message, Duration patience) {
                return deliverer.offer(message, routes, patience);
            }
        });
        source.watch(this::turned);
    }

    Broker broker() {
        return broker;
    }

    MqttSource source() {
        return source;
    }

    /** Whether the session is being removed, so that this link is of no further use. */
    boolean ending() {
        return ending;
    }

    /** Completes when the broker answered for the feeds as they are now. */
    CompletionStage<Void> synchronised() {
        return synchronised;
    }

    /**
     * Subscribes to what the active feeds want. A disabled feed stays on the routes until the broker stopped sending its
     * messages, so that those are set aside and not taken for nobody's.
     */
    void update(List<Feed> active, List<Feed> disabled, List<Retired> old) {
        routes = new Routes(routes(active, disabled));
        Map<TopicFilter, Integer> wanted = wanted(key, active);
        Set<TopicFilter> unwanted = new HashSet<>();
        active.forEach(feed -> unwanted.addAll(topics(key, feed)));
        disabled.forEach(feed -> unwanted.addAll(topics(key, feed)));
        old.forEach(gone -> unwanted.add(gone.topic()));
        unwanted.removeAll(wanted.keySet());
        announced.retainAll(active.stream().map(Feed::trigger).toList());
        if (connected) {
            announce();
        }
        CompletionStage<Void> done = source.subscribe(wanted, unwanted);
        synchronised = done.thenRunAsync(() -> settled(active, done, old), control);
        current = done;
    }

    private void turned(boolean now) {
        connected = now;
        announced.clear();
        announce();
    }

    /** Tells the feeds that want to know of it how the connection is, each once. */
    private void announce() {
        for (Route route : routes.all()) {
            Feed feed = route.feed();
            if (feed.active() && route.spec().format().status() && announced.add(feed.trigger())) {
                deliverer.announce(feed, connected);
            }
        }
    }

    /** Removes the session from the broker. */
    CompletionStage<Void> end(List<Retired> old) {
        ending = true;
        Set<TopicFilter> gone = old.stream().map(Retired::topic).collect(Collectors.toSet());
        return source.end(gone).thenCompose(done -> registry.forget(old));
    }

    private void settled(List<Feed> active, CompletionStage<Void> done, List<Retired> old) {
        if (current == done) {
            routes = new Routes(routes(active, List.of()));
        }
        if (!old.isEmpty()) {
            registry.forget(old);
        }
    }

    private List<Route> routes(List<Feed> active, List<Feed> disabled) {
        List<Route> list = new ArrayList<>();
        active.forEach(feed -> list.add(route(feed)));
        disabled.forEach(feed -> list.add(route(feed)));
        return list;
    }

    private Route route(Feed feed) {
        return new Route(feed, mqtt(feed), topics(key, feed), registry.status(feed.trigger()), lanes.of(feed));
    }

    /** The fewest subscriptions that bring every message, so that a broker sends each once. */
    static Map<TopicFilter, Integer> wanted(LinkKey key, List<Feed> active) {
        Map<TopicFilter, Integer> all = new HashMap<>();
        active.forEach(feed ->
                topics(key, feed).forEach(topic -> all.merge(topic, mqtt(feed).qos(), Math::max)));
        return FilterTree.fewest(all);
    }

    private static List<TopicFilter> topics(LinkKey key, Feed feed) {
        return mqtt(feed).topics().stream().filter(key::brings).toList();
    }

    private static MqttSpec mqtt(Feed feed) {
        if (feed.spec() instanceof MqttSpec mqtt) {
            return mqtt;
        }
        throw new IllegalArgumentException("not an mqtt feed: " + feed.trigger());
    }
}
