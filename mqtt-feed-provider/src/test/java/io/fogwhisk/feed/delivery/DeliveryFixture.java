package io.fogwhisk.feed.delivery;

import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.FeedStatus;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.feed.trigger.MessageProperties;
import io.fogwhisk.feed.trigger.TriggerFirer;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The lanes of a provider, without a connection before them. */
final class DeliveryFixture implements AutoCloseable {

    static final QualifiedName TRIGGER = QualifiedName.of("guest", "readings");

    final FakeOpenWhisk target = new FakeOpenWhisk();
    final FeedRegistry registry;
    final SetAside setAside;
    final Replay replay;
    private final Lanes lanes;
    private final ServiceGroup services = new ServiceGroup("test");

    /** What others keep as the key of the feeds; none at first. */
    volatile Optional<AuthKey> kept = Optional.empty();

    DeliveryFixture(Path folder) {
        Metrics metrics = new Metrics(new SimpleMeterRegistry(), "dc-1");
        FeedDatabase database = services.start(new FeedDatabase("test-db", folder.resolve("feeds.db"), 2_000));
        registry = services.start(new FeedRegistry(database, Clock.systemUTC()));
        setAside = services.start(new SetAside(database, Clock.systemUTC()));
        TriggerFirer firer = services.start(new TriggerFirer(
                "test-retry",
                target,
                target,
                this::keyOf,
                metrics,
                Backoff.between(Duration.ofMillis(1), Duration.ofMillis(4))));
        replay = services.start(new Replay("test-replay", registry, setAside, firer, metrics));
        lanes = new Lanes(registry, setAside, firer, metrics);
    }

    /** Creates the feed, with parameters as a user gives them. */
    Feed feed(String parameters) {
        JsonObject json =
                JsonObject.parse("{\"url\":\"mqtt://host\",\"topic\":\"#\"" + parameters.replace('\'', '"') + "}");
        return registry.put(TRIGGER, AuthKey.GUEST, MqttSpec.of(json.copy()))
                .toCompletableFuture()
                .join();
    }

    private Optional<AuthKey> keyOf(Feed feed) {
        return kept;
    }

    void hurry() {
        lanes.hurry();
    }

    FeedStatus status() {
        return registry.status(TRIGGER);
    }

    /** Hands a message to the feed as it is. */
    Pending offer(String topic, String payload) {
        return offer(topic, payload.getBytes(StandardCharsets.UTF_8));
    }

    Pending offer(String topic, byte[] payload) {
        Pending pending = new Pending(new Message(topic, payload, 1, false, MessageProperties.EMPTY, 1_000));
        lanes.of(registry.find(TRIGGER).orElseThrow()).offer(pending);
        return pending;
    }

    @Override
    public void close() {
        services.close();
    }

    /** A message whose end the test sees. */
    static final class Pending implements PendingMessage {
        private final Message message;
        private final AtomicInteger ends = new AtomicInteger();
        private volatile boolean wanted = true;

        private Pending(Message message) {
            this.message = message;
        }

        /** How often it was told of its end. */
        int ends() {
            return ends.get();
        }

        @Override
        public Message message() {
            return message;
        }

        @Override
        public boolean wanted() {
            return wanted;
        }

        /** Nobody waits for it any more. */
        void withdraw() {
            wanted = false;
        }

        @Override
        public boolean keepsUntilActive() {
            return false;
        }

        @Override
        public void settled() {
            ends.incrementAndGet();
        }

        @Override
        public void givenUp() {
            ends.incrementAndGet();
        }
    }
}
