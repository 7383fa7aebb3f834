package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.feed.EmbeddedBroker;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedProviderConfig.Acceptance;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.feed.delivery.Lanes;
import io.fogwhisk.feed.inbox.SetAside;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.feed.registry.FeedKeys;
import io.fogwhisk.feed.registry.FeedRegistry;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.feed.trigger.TriggerFirer;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullSetAsideTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final byte[] NOT_TEXT = {(byte) 0xff};

    @TempDir
    Path folder;

    @Test
    void aMessageWithoutRoomIsNotAcknowledgedUntilAUserMakesRoom() {
        FakeOpenWhisk target = new FakeOpenWhisk();
        Metrics metrics = new Metrics(new SimpleMeterRegistry(), "dc-1");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), false);
                ServiceGroup services = new ServiceGroup("test")) {
            // Given
            FeedDatabase database = services.start(new FeedDatabase("dc-1-db", folder.resolve("feeds.db"), 10));
            FeedRegistry registry = services.start(new FeedRegistry(database, Clock.systemUTC()));
            SetAside setAside = services.start(new SetAside(database, Clock.systemUTC(), 1, 100));
            TriggerFirer firer = services.start(new TriggerFirer("dc-1-retry", target, target, FeedKeys.NONE, metrics));
            Lanes lanes = new Lanes(registry, setAside, firer, metrics);
            MqttFeeds feeds = services.start(new MqttFeeds(
                    "dc-1",
                    registry,
                    lanes,
                    Optional.empty(),
                    Acceptance.BY_OPENWHISK,
                    metrics,
                    Clock.systemUTC(),
                    10,
                    MqttSettings.DEFAULT));
            Feed feed = registry.put(
                            QualifiedName.of("guest", "readings"),
                            AuthKey.GUEST,
                            MqttSpec.of(Broker.parse(broker.url()), TopicFilter.parse("readings"), 1))
                    .toCompletableFuture()
                    .join();
            feeds.settled(feed).toCompletableFuture().join();

            // When
            try (Sensor sensor = Sensor.connect(broker)) {
                sensor.publish("readings", NOT_TEXT);
                sensor.publish("readings", NOT_TEXT);
                sensor.publish("readings", "text");
            }

            // Then: the one without room holds its acknowledgement and those behind it, but not their fires
            await().atMost(SOON).until(() -> target.accepted("/guest/readings").equals(List.of("text")));
            await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> broker.unacknowledged() == 2);
            assertThat(setAside.full()).isTrue();
            assertThat(registry.status(feed.trigger()).lastError().orElseThrow())
                    .contains("not UTF-8");
            setAside.remove(OptionalLong.empty()).toCompletableFuture().join();
            await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
            assertThat(setAside.count()).isEqualTo(1);
        }
    }
}
