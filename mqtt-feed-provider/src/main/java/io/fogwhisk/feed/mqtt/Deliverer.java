package io.fogwhisk.feed.mqtt;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.delivery.Lanes;
import io.fogwhisk.feed.inbox.Inbox;
import io.fogwhisk.feed.mqtt.Routes.Route;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.wsk.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Hands messages to the feeds they are for and acknowledges each once all of them are settled: durably accepted, by their
 * OpenWhisk or by the inbox, or durably set aside. At most a given number are under way, of at most a given size; then
 * {@link #deliver} waits, and with it the taking of messages. It also waits while the inbox is full for the feed's
 * namespace.
 *
 * <p>Threads: one thread at a time delivers for a connection; messages settle on any.
 */
final class Deliverer {

    private static final Duration CHECK = Duration.ofSeconds(1);
    private static final int FORBIDDEN = 403;
    private static final int UNIT_BYTES = 1024;

    private final FeedRegistry registry;
    private final Lanes lanes;
    private final Optional<Inbox> inbox;
    private final Metrics metrics;
    private final Clock clock;
    private final int maxInFlight;
    private final int maxUnits;
    private final Pressure pressure = new Pressure(System::nanoTime);
    private final Semaphore permits;
    // In units of bytes, once per message.
    private final Semaphore room;
    private final LongAdder unmatched = new LongAdder();
    private volatile boolean closed;

    /**
     * A deliverer without messages.
     *
     * @param maxInFlight how many messages may be under way, each once for every feed it is for
     * @param maxBytes how many bytes of messages; a larger one goes alone
     */
    Deliverer(
            FeedRegistry registry,
            Lanes lanes,
            Optional<Inbox> inbox,
            Metrics metrics,
            Clock clock,
            int maxInFlight,
            long maxBytes) {
        this.registry = registry;
        this.lanes = lanes;
        this.inbox = inbox;
        this.metrics = metrics;
        this.clock = clock;
        this.maxInFlight = maxInFlight;
        maxUnits = (int) Math.min(Integer.MAX_VALUE, Math.max(1, maxBytes / UNIT_BYTES));
        permits = new Semaphore(maxInFlight);
        room = new Semaphore(maxUnits);
    }

    /** Hands a message to its feeds. */
    void deliver(MqttMessage source, Routes table) {
        if (closed || source.superseded()) {
            // Not acknowledged, so it comes again: after the next start, or on the next connection.
            return;
        }
        List<Route> routes = table.match(source.topic());
        if (routes.isEmpty()) {
            unwanted(source);
            return;
        }
        int weight = weight(source);
        if (!acquire(namespace(routes), weight)) {
            return;
        }
        Delivery delivery = received(source, weight, routes);
        for (Route route : routes) {
            if (!acquirePermit()) {
                return;
            }
            hand(delivery, route);
        }
    }

    /** Hands a message to its feeds if there is room for all of them soon; false if nothing happened. */
    boolean offer(MqttMessage source, Routes table, Duration patience) {
        if (closed || source.superseded()) {
            return true;
        }
        List<Route> routes = table.match(source.topic());
        if (routes.isEmpty()) {
            unwanted(source);
            return true;
        }
        int weight = weight(source);
        if (!reserve(routes, weight, patience)) {
            return false;
        }
        Delivery delivery = received(source, weight, routes);
        routes.forEach(route -> hand(delivery, route));
        return true;
    }

    private void unwanted(MqttMessage source) {
        metrics.count(Meter.FEED_RECEIVED);
        unmatched.increment();
        acknowledge(source);
    }

    private int weight(MqttMessage source) {
        return Math.min(maxUnits, 1 + source.payload().length / UNIT_BYTES);
    }

    private Delivery received(MqttMessage source, int weight, List<Route> routes) {
        metrics.count(Meter.FEED_RECEIVED);
        Message message = new Message(
                source.topic(), source.payload(), source.qos(), source.retained(), source.properties(), clock.millis());
        return new Delivery(source, message, weight, routes.size());
    }

    private boolean reserve(List<Route> routes, int weight, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            if (inbox.isPresent() && !inbox.get().awaitRoom(namespace(routes), patience)) {
                return false;
            }
            if (!reserve(room, weight, end)) {
                return false;
            }
            if (reserve(permits, routes.size(), end)) {
                return true;
            }
            room.release(weight);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private boolean reserve(Semaphore of, int count, long end) throws InterruptedException {
        if (of.tryAcquire(count)) {
            return true;
        }
        pressure.felt();
        lanes.hurry();
        return of.tryAcquire(count, Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void hand(Delivery delivery, Route route) {
        route.status().countReceived();
        if (!delivery.message().retained()) {
            // A retained one came before, or was never meant to follow on.
            route.status().look(delivery.message().topic(), delivery.message().payload());
        }
        Feed feed = route.feed();
        if (feed.state() instanceof FeedState.Paused) {
            // The broker had not heard of it yet.
            release(delivery);
        } else if (inbox.isPresent()) {
            keep(inbox.get(), delivery, route);
        } else {
            route.status().underWay(delivery.message().receivedAt());
            if (feed.state() instanceof FeedState.Disabled disabled) {
                Outcome.Rejected reason =
                        new Outcome.Rejected(disabled.statusCode().orElse(FORBIDDEN), disabled.message());
                lanes.refuse(feed, delivery.to(route, this), reason);
            } else {
                route.lane().offer(delivery.to(route, this));
            }
        }
    }

    private void keep(Inbox into, Delivery delivery, Route route) {
        into.add(route.feed().trigger(), delivery.message()).whenComplete((done, failure) -> {
            if (failure == null || delivery.source().superseded()) {
                release(delivery);
            } else if (!closed) {
                route.status().failed("the inbox takes nothing: " + failure.getMessage());
                lanes.later(CHECK, () -> keep(into, delivery, route));
            }
        });
    }

    /** How many messages are under way, each once for every feed it is for. */
    int inFlight() {
        return maxInFlight - permits.availablePermits();
    }

    /** Whether messages have had to wait for room for a while. */
    boolean pressed() {
        return pressure.lasting();
    }

    /** How many messages matched no feed. */
    long unmatched() {
        return unmatched.sum();
    }

    boolean exists(Feed feed) {
        return registry.find(feed.trigger()).isPresent();
    }

    void settle(Delivery delivery, Route route) {
        route.status().arrived(delivery.message().receivedAt());
        release(delivery);
    }

    /** Fires a feed's trigger for a connection that came or went, unless too much else is under way. */
    void announce(Feed feed, boolean connected) {
        if (!closed && permits.tryAcquire()) {
            lanes.announce(feed, connected).whenComplete((outcome, failure) -> permits.release());
        }
    }

    /** Takes nothing more and waits, for a bounded time, for what is under way. */
    void close(long waitMillis) {
        closed = true;
        lanes.hurry();
        try {
            if (permits.tryAcquire(maxInFlight, waitMillis, TimeUnit.MILLISECONDS)) {
                permits.release(maxInFlight);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void release(Delivery delivery) {
        permits.release();
        if (delivery.settle()) {
            room.release(delivery.weight());
            acknowledge(delivery.source());
        }
    }

    private void acknowledge(MqttMessage message) {
        message.acknowledge();
        metrics.count(Meter.FEED_ACKNOWLEDGED);
    }

    /** That of all feeds of a connection. */
    private static String namespace(List<Route> routes) {
        return routes.get(0).feed().trigger().namespace();
    }

    /** Waits for room for a message's bytes, in the inbox first: who waits for that holds nothing that others need. */
    private boolean acquire(String namespace, int weight) {
        try {
            while (!closed) {
                if (inbox.isPresent() && !inbox.get().awaitRoom(namespace, CHECK)) {
                    continue;
                }
                if (reserve(room, weight, System.nanoTime() + CHECK.toNanos())) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private boolean acquirePermit() {
        try {
            while (!closed) {
                if (reserve(permits, 1, System.nanoTime() + CHECK.toNanos())) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
