package io.fogwhisk.feed.delivery;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.PayloadFormat;
import io.fogwhisk.feed.trigger.TriggerFirer;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of all MQTT feeds, one each. A feed that is updated gets a new one: what is on the old one still comes to its
 * end there, beside what is new, or before it where order is asked for. Thread-safe.
 */
public final class Lanes {

    private final Settlement settlement;
    private final TriggerFirer firer;
    private final Map<QualifiedName, Numbered> lanes = new ConcurrentHashMap<>();
    // No more than there are lanes.
    private final Set<BatchLane> lingering = ConcurrentHashMap.newKeySet();

    /** Lanes on which nothing is yet. */
    public Lanes(FeedRegistry registry, SetAside setAside, TriggerFirer firer, Metrics metrics) {
        this.firer = Objects.requireNonNull(firer, "firer is null");
        settlement = new Settlement(registry, setAside, metrics);
    }

    private record Numbered(long revision, Lane lane) {}

    /**
     * The lane of a feed as it is.
     *
     * @throws IllegalArgumentException if it is not an MQTT feed
     */
    public Lane of(Feed feed) {
        Numbered known = lanes.get(feed.trigger());
        if (known != null && known.revision == feed.revision()) {
            return known.lane;
        }
        return Objects.requireNonNull(lanes.compute(
                        feed.trigger(),
                        (trigger, before) -> before != null && before.revision >= feed.revision()
                                ? before
                                : new Numbered(feed.revision(), lane(feed, before == null ? null : before.lane))))
                .lane;
    }

    /** Forgets the lane of a feed that is gone; what is on it comes to its end. */
    public void forget(QualifiedName trigger) {
        lanes.remove(trigger);
    }

    /** Has messages that wait for others to come go without them, because there is no room for others. */
    public void hurry() {
        lingering.forEach(BatchLane::hurry);
    }

    /** Sets a message aside that a feed cannot take any more. */
    public void refuse(Feed feed, PendingMessage pending, Outcome.Rejected reason) {
        firer.refuse(new MessageFire(settlement, feed, pending, JsonObject.empty(), () -> {}), reason);
    }

    /** Fires {@code {"type":"status","body":"connected"}} or {@code "disconnected"}, once, whatever comes of it. */
    public CompletionStage<Outcome> announce(Feed feed, boolean connected) {
        String body = connected ? "connected" : "disconnected";
        return firer.once(feed, JsonObject.trusted("{\"type\":\"status\",\"body\":\"" + body + "\"}"));
    }

    /** Runs a short task after a while, unless the provider is closed by then. */
    public void later(Duration wait, Runnable task) {
        firer.later(wait, task);
    }

    private Lane lane(Feed feed, @Nullable Lane before) {
        if (!(feed.spec() instanceof MqttSpec spec)) {
            throw new IllegalArgumentException("not an mqtt feed: " + feed.trigger());
        }
        PayloadFormat format = spec.format();
        LaneStart start = new LaneStart(feed, format, settlement, firer, lingering);
        Optional<BatchLane> batches = format.batch().map(batch -> new BatchLane(start, batch, spec.ordered()));
        if (!spec.ordered()) {
            return batches.isPresent() ? batches.get() : new DirectLane(start);
        }
        Lane last = LaterLane.shortest(before);
        if (batches.isEmpty() && last instanceof TopicLane topics) {
            return new TopicLane(start, topics.order());
        }
        Lane lane = batches.isPresent() ? batches.get() : new TopicLane(start, new TopicOrder());
        return last == null ? lane : LaterLane.after(last, lane);
    }
}
