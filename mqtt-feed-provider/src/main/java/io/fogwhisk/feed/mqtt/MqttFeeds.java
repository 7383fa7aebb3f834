package io.fogwhisk.feed.mqtt;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.FeedProviderConfig.Acceptance;
import io.fogwhisk.feed.delivery.Lanes;
import io.fogwhisk.feed.inbox.Inbox;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedListener;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.Retired;
import io.fogwhisk.feed.registry.TopicFilter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the MQTT feeds of the registry: keeps one connection per namespace, broker and user, and fires a feed's trigger
 * for each message of its topic. Follows the registry's changes.
 *
 * <p>A message is acknowledged once the fires of all its feeds are durably accepted or the message is durably set aside;
 * what was not acknowledged comes again after a crash. A message may therefore fire a trigger more than once, and never
 * not at all. One message of a connection that waits for its fire keeps the acknowledgements of later ones back, because
 * MQTT orders them, but not their fires.
 */
public final class MqttFeeds implements FeedListener, Service {

    private static final Logger LOG = LoggerFactory.getLogger(MqttFeeds.class);
    private static final long CLOSE_WAIT_MILLIS = 2_000;

    private final String name;
    private final FeedRegistry registry;
    private final MqttSettings settings;
    private final Lanes lanes;
    private final Optional<Inbox> inbox;
    private final MqttThreads threads;
    private final Deliverer deliverer;
    // Written by the control thread alone.
    private final Map<LinkKey, BrokerLink> links = new ConcurrentHashMap<>();
    // Links to be brought up to date, and whether the control thread is told already.
    private final Set<LinkKey> stale = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean told = new AtomicBoolean();
    private @Nullable BrokerTls tls;

    /**
     * Feeds that do not run yet.
     *
     * @param name of the provider; part of the threads' names and the MQTT client ids
     * @param inbox what holds accepted messages, if there is one
     * @param acceptance whether messages go there first
     * @param maxInFlight how many messages may wait for their answer before no further message is taken
     * @param settings how to talk to brokers
     */
    public MqttFeeds(
            String name,
            FeedRegistry registry,
            Lanes lanes,
            Optional<Inbox> inbox,
            Acceptance acceptance,
            Metrics metrics,
            Clock clock,
            int maxInFlight,
            MqttSettings settings) {
        this.name = name;
        this.registry = registry;
        this.settings = settings;
        threads = new MqttThreads(name + "-feeds");
        this.lanes = lanes;
        this.inbox = inbox;
        deliverer = new Deliverer(
                registry,
                lanes,
                acceptance == Acceptance.BY_INBOX ? inbox : Optional.empty(),
                metrics,
                clock,
                maxInFlight,
                Floods.bytesForHeap());
    }

    /**
     * Starts the stored feeds; does not wait for any broker.
     *
     * @throws io.fogwhisk.feed.FeedException if a file for TLS is missing or wrong
     */
    @Override
    public void start() {
        tls = BrokerTls.load(settings.tls());
        registry.listen(this);
        Set<LinkKey> keys = new HashSet<>();
        registry.feeds().forEach(feed -> keys.addAll(LinkKey.of(feed)));
        registry.retired().forEach(old -> keys.add(LinkKey.of(old)));
        refreshSoon(keys);
    }

    /** Waits a bounded time for the fires under way; sessions stay at their brokers. */
    @Override
    public void close() {
        deliverer.close(CLOSE_WAIT_MILLIS);
        threads.stopDispatching();
        CompletableFuture<?>[] left = links.values().stream()
                .map(link -> link.source().leave().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(left)
                    .completeOnTimeout(null, CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS)
                    .join();
        } finally {
            threads.close();
        }
    }

    @Override
    public void changed(Optional<Feed> before, Optional<Feed> after) {
        if (after.isPresent()) {
            inbox.ifPresent(Inbox::wake);
        } else {
            before.ifPresent(gone -> {
                lanes.forget(gone.trigger());
                inbox.ifPresent(some -> some.drop(gone.trigger()));
            });
        }
        Set<LinkKey> keys = new HashSet<>();
        before.ifPresent(feed -> keys.addAll(LinkKey.of(feed)));
        after.ifPresent(feed -> keys.addAll(LinkKey.of(feed)));
        refreshSoon(keys);
    }

    /** Completes when the broker answered for a feed's subscription, which may be never. */
    public CompletionStage<Void> settled(Feed feed) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        threads.control().execute(() -> {
            CompletableFuture<?>[] answers = LinkKey.of(feed).stream()
                    .map(links::get)
                    .filter(Objects::nonNull)
                    .map(link -> link.synchronised().toCompletableFuture())
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture<Void> unused =
                    CompletableFuture.allOf(answers).whenComplete((answered, failure) -> done.complete(null));
        });
        return done;
    }

    /** How the connections of a feed are; empty if it has none. */
    public List<MqttSource.State> connections(Feed feed) {
        return LinkKey.of(feed).stream()
                .map(links::get)
                .filter(Objects::nonNull)
                .map(link -> link.source().state())
                .toList();
    }

    /** The connections by the masked address of their broker and the namespace they serve. */
    public List<Connection> connections() {
        return links.entrySet().stream()
                .map(link -> new Connection(
                        link.getKey().namespace(),
                        link.getValue().broker(),
                        link.getValue().source().state()))
                .sorted(Comparator.comparing((Connection connection) -> connection.namespace)
                        .thenComparing(connection -> connection.broker.toString()))
                .toList();
    }

    /**
     * A connection.
     *
     * @param namespace whose feeds share it
     */
    public record Connection(String namespace, Broker broker, MqttSource.State state) {}

    /** How many fires wait for their answer. */
    public int inFlight() {
        return deliverer.inFlight();
    }

    /** Whether brokers have been bringing more than is taken, for a while. */
    public boolean flooded() {
        return deliverer.pressed();
    }

    /** How many messages came that no feed wants any more, and were acknowledged. */
    public long unmatched() {
        return deliverer.unmatched();
    }

    /** Brings links up to date: all that changed meanwhile at once, for a change may be one of thousands. */
    private void refreshSoon(Set<LinkKey> keys) {
        stale.addAll(keys);
        if (!keys.isEmpty() && told.compareAndSet(false, true)) {
            threads.control().execute(this::refresh);
        }
    }

    private void refresh() {
        told.set(false);
        Map<LinkKey, List<Feed>> mine = new HashMap<>();
        Map<LinkKey, List<Retired>> old = new HashMap<>();
        for (LinkKey key : Set.copyOf(stale)) {
            stale.remove(key);
            mine.put(key, new ArrayList<>());
            old.put(key, new ArrayList<>());
        }
        for (Feed feed : registry.feeds()) {
            for (LinkKey key : LinkKey.of(feed)) {
                mine.computeIfPresent(key, (same, feeds) -> with(feeds, feed));
            }
        }
        for (Retired gone : registry.retired()) {
            old.computeIfPresent(LinkKey.of(gone), (same, list) -> with(list, gone));
        }
        mine.forEach((key, feeds) -> refresh(key, feeds, old.getOrDefault(key, List.of())));
    }

    private static <T> List<T> with(List<T> list, T more) {
        list.add(more);
        return list;
    }

    private BrokerTls tls() {
        return Objects.requireNonNull(tls, "not started");
    }

    private void refresh(LinkKey key, List<Feed> mine, List<Retired> old) {
        List<Feed> active = mine.stream().filter(Feed::active).toList();
        if (active.isEmpty()) {
            end(key, old);
            return;
        }
        Broker broker = active.stream()
                .max(Comparator.comparingLong(Feed::revision))
                .filter(feed -> feed.spec() instanceof MqttSpec)
                .map(feed -> ((MqttSpec) feed.spec()).broker())
                .orElseThrow();
        BrokerLink link = links.get(key);
        if (link != null && (link.ending() || !link.broker().equals(broker))) {
            link.source().leave();
            link = null;
        }
        if (link == null) {
            link = open(key, broker);
        }
        link.update(active, mine.stream().filter(feed -> !feed.active()).toList(), old);
    }

    private void end(LinkKey key, List<Retired> old) {
        if (old.isEmpty()) {
            return;
        }
        BrokerLink link = links.get(key);
        if (link == null) {
            Broker broker = old.stream()
                    .max(Comparator.comparingLong(Retired::id))
                    .map(Retired::broker)
                    .orElseThrow();
            link = open(key, broker);
        }
        BrokerLink ended = link;
        threads.then(link.end(old), (done, failure) -> {
            if (failure != null) {
                LOG.atError().setCause(failure).log("ended session not forgotten");
            }
            links.remove(key, ended);
        });
    }

    private BrokerLink open(LinkKey key, Broker broker) {
        String clientId = key.clientId(
                name, registry.ownBroker().filter(broker::sameAddress).isPresent());
        BrokerLink link = new BrokerLink(
                key,
                broker,
                (address, sink) -> source(
                        key, new BrokerAccess(clientId, key.namespace(), address, settings, tls(), threads), sink),
                deliverer,
                registry,
                lanes,
                threads.control());
        links.put(key, link);
        link.source().start();
        return link;
    }

    private MqttSource source(LinkKey key, BrokerAccess access, MessageSink sink) {
        return key.shared().isEmpty() || settings.takeOver().isZero()
                ? new SessionKeeper(access.broker(), access, threads, sink)
                : new SharedSource(access, TopicFilter.parse(key.shared()), ShareTopics.of(key), sink);
    }
}
