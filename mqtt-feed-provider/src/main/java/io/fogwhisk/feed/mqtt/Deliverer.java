package io.fogwhisk.feed.mqtt;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.mqtt.Routes.Route;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedState;
import io.fogwhisk.feed.trigger.Fire;
import io.fogwhisk.feed.trigger.MessagePayload;
import io.fogwhisk.feed.trigger.TriggerFirer;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns messages into fires and acknowledges each once all of its fires are settled: durably accepted, or durably set
 * aside. At most a given number of fires are under way; then {@link #deliver} waits, and with it the taking of messages.
 *
 * <p>Threads: one thread delivers; fires settle on any.
 */
final class Deliverer {

    private static final Logger LOG = LoggerFactory.getLogger(Deliverer.class);
    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final Outcome.Rejected NOT_UTF_8 = new Outcome.Rejected(BAD_REQUEST, "not UTF-8");

    private final FeedRegistry registry;
    private final SetAside setAside;
    private final TriggerFirer firer;
    private final Metrics metrics;
    private final int maxInFlight;
    private final Semaphore permits;
    private final LongAdder unmatched = new LongAdder();
    private volatile boolean closed;

    Deliverer(FeedRegistry registry, SetAside setAside, TriggerFirer firer, Metrics metrics, int maxInFlight) {
        this.registry = registry;
        this.setAside = setAside;
        this.firer = firer;
        this.metrics = metrics;
        this.maxInFlight = maxInFlight;
        permits = new Semaphore(maxInFlight);
    }

    /** Fires what a message is for. */
    void deliver(MqttMessage message, Routes table) {
        if (closed || message.superseded()) {
            // Not acknowledged, so it comes again: after the next start, or on the next connection.
            return;
        }
        metrics.count(Meter.FEED_RECEIVED);
        List<Route> routes = table.match(message.topic());
        if (routes.isEmpty()) {
            unmatched.increment();
            acknowledge(message);
            return;
        }
        Optional<JsonObject> payload = MessagePayload.of(message.payload());
        Delivery delivery = new Delivery(message, routes.size());
        for (Route route : routes) {
            if (!acquire()) {
                return;
            }
            route.status().countReceived();
            Fire fire = new MessageFire(delivery, this, route, payload.orElse(JsonObject.empty()));
            if (payload.isPresent()) {
                firer.fire(fire);
            } else {
                firer.refuse(fire, NOT_UTF_8);
            }
        }
    }

    /** How many fires are under way. */
    int inFlight() {
        return maxInFlight - permits.availablePermits();
    }

    /** How many messages matched no feed. */
    long unmatched() {
        return unmatched.sum();
    }

    boolean exists(Feed feed) {
        return registry.find(feed.trigger()).isPresent();
    }

    void settle(Delivery delivery) {
        permits.release();
        if (delivery.settle()) {
            acknowledge(delivery.message());
        }
    }

    /** Sets the message aside, disables its feed, then settles; false if there is no room for the message. */
    CompletionStage<Boolean> refuse(Delivery delivery, Route route, Outcome.Rejected refusal) {
        MqttMessage message = delivery.message();
        Feed feed = route.feed();
        return keep(message, route, refusal.message())
                .thenCompose(kept -> {
                    // These two are about the message, not about the trigger: the next one may be fine.
                    boolean messageAlone = refusal.statusCode() == BAD_REQUEST || refusal.statusCode() == TOO_LARGE;
                    boolean current = registry.find(feed.trigger())
                            .filter(now -> now.revision() == feed.revision() && now.active())
                            .isPresent();
                    if (!kept || messageAlone || !current) {
                        return CompletableFuture.completedStage(kept);
                    }
                    LOG.atWarn()
                            .addKeyValue("trigger", feed.trigger())
                            .addKeyValue("error", refusal.message())
                            .log("feed disabled");
                    return registry.disable(
                                    feed,
                                    FeedState.Disabled.refused(
                                            refusal.statusCode(),
                                            "Automatically disabled after a fire was refused with status "
                                                    + refusal.statusCode() + ": " + refusal.message()))
                            .thenApply(disabled -> true);
                })
                .thenApply(done -> {
                    if (done) {
                        settle(delivery);
                    }
                    return done;
                });
    }

    /** Takes nothing more and waits, for a bounded time, for what is under way. */
    void close(long waitMillis) {
        closed = true;
        try {
            if (permits.tryAcquire(maxInFlight, waitMillis, TimeUnit.MILLISECONDS)) {
                permits.release(maxInFlight);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletionStage<Boolean> keep(MqttMessage message, Route route, String reason) {
        return setAside.add(route.feed().trigger(), message.topic(), message.payload(), reason)
                .thenApply(kept -> {
                    if (kept) {
                        metrics.count(Meter.FEED_SET_ASIDE);
                        route.status().countSetAside(reason);
                    } else {
                        route.status().failed("the list of messages set aside is full: remove some; " + reason);
                    }
                    return kept;
                });
    }

    private void acknowledge(MqttMessage message) {
        message.acknowledge();
        metrics.count(Meter.FEED_ACKNOWLEDGED);
    }

    private boolean acquire() {
        try {
            while (!closed) {
                if (permits.tryAcquire(1, TimeUnit.SECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
