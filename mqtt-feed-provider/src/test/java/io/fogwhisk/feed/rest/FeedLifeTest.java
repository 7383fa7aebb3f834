package io.fogwhisk.feed.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.feed.EmbeddedBroker;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.ProviderFixture.Answer;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.feed.registry.Broker;
import io.fogwhisk.feed.registry.DeclaredFeed;
import io.fogwhisk.feed.registry.MqttSpec;
import io.fogwhisk.feed.registry.TopicFilter;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users do with a feed between its creation and its end, and who may. */
class FeedLifeTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String GUEST = AuthKey.GUEST.basicHeader();
    private static final String SYSTEM = AuthKey.SYSTEM.basicHeader();

    @TempDir
    static Path brokerFolder;

    private static EmbeddedBroker broker;

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start(brokerFolder, false);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void aPausedFeedFiresAgainOnceItGoesOn() {
        try (ProviderFixture provider = ProviderFixture.start(folder, target);
                Sensor sensor = Sensor.connect(broker)) {
            // Given
            provider.feed("readings", broker.url(), "paused");

            // When
            Answer paused = provider.send("POST", "/mqtt/_/readings/pause", Map.of(), GUEST);
            Answer again = provider.send("PUT", "/mqtt/guest/readings", Map.of("lifecycleEvent", "UNPAUSE"), GUEST);

            // Then
            assertThat(paused.status()).isEqualTo(200);
            assertThat(paused.body().at("/status/state").asText()).isEqualTo("paused");
            assertThat(paused.body().at("/status/active").asBoolean()).isFalse();
            assertThat(again.body().at("/status/state").asText()).isEqualTo("connected");
            sensor.publish("paused", "one");
            await().atMost(LIMIT).until(() -> target.accepted("/guest/readings").contains("one"));
            assertThat(provider.send("POST", "/mqtt/guest/absent/pause", Map.of(), GUEST)
                            .status())
                    .isEqualTo(404);
            provider.delete("/mqtt/guest/readings");
        }
    }

    @Test
    void anUpdateOfAPausedFeedLeavesItPaused() {
        try (ProviderFixture provider = ProviderFixture.start(folder, target)) {
            // Given
            provider.feed("readings", broker.url(), "old");
            provider.send("PUT", "/mqtt/guest/readings", Map.of("lifecycleEvent", "PAUSE"), GUEST);

            // When
            Answer answer = provider.send(
                    "PUT",
                    "/mqtt/guest/readings",
                    Map.of("topics", List.of("a", "b"), "format", "json", "include", "topic", "batch", 7),
                    GUEST);

            // Then
            JsonNode config = answer.body().path("config");
            assertThat(answer.body().at("/status/state").asText()).isEqualTo("paused");
            assertThat(config.path("topics")).hasSize(2);
            assertThat(config.has("topic")).isFalse();
            assertThat(config.path("format").asText()).isEqualTo("json");
            assertThat(config.path("batch").asInt()).isEqualTo(7);
            Answer one = provider.send("PUT", "/mqtt/guest/readings", Map.of("topic", "c"), GUEST);
            assertThat(one.body().at("/config/topic").asText()).isEqualTo("c");
            assertThat(one.body().path("config").has("topics")).isFalse();
            assertThat(provider.send("PUT", "/mqtt/guest/readings", Map.of("lifecycleEvent", "X"), GUEST)
                            .body()
                            .path("error")
                            .asText())
                    .isEqualTo("unsupported lifecycleEvent");
            provider.delete("/mqtt/guest/readings");
        }
    }

    @Test
    void aDeclaredFeedIsChangedInTheConfigurationAlone() {
        // Given
        FeedProviderConfig config = ProviderFixture.config(folder)
                .with(List.of(new DeclaredFeed(
                        QualifiedName.of("guest", "slim"),
                        AuthKey.GUEST,
                        MqttSpec.of(Broker.parse(broker.url()), TopicFilter.parse("slim"), 1))));
        try (ProviderFixture provider = ProviderFixture.start(config, target);
                Sensor sensor = Sensor.connect(broker)) {
            await().atMost(LIMIT)
                    .until(() -> provider.get("/feeds")
                            .body()
                            .at("/0/state")
                            .asText()
                            .equals("connected"));

            // When
            List<Answer> answers = List.of(
                    provider.send("PUT", "/mqtt/guest/slim", Map.of("topic", "x"), GUEST),
                    provider.delete("/mqtt/guest/slim"),
                    provider.post(
                            "/mqtt",
                            Map.of(
                                    "trigger",
                                    "/guest/slim",
                                    "url",
                                    broker.url(),
                                    "topic",
                                    "x",
                                    "authKey",
                                    AuthKey.GUEST.reveal())));

            // Then
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(409);
                assertThat(answer.body().path("error").asText())
                        .contains("declared in the configuration of the provider");
            });
            sensor.publish("slim", "one");
            await().atMost(LIMIT).until(() -> target.accepted("/guest/slim").contains("one"));
        }
    }

    @Test
    void aClosedProviderShowsAndDoesNothingWithoutAKey() {
        // Given
        FeedProviderConfig config = ProviderFixture.config(folder).withOpen(false);
        try (ProviderFixture provider = ProviderFixture.start(config, target)) {
            provider.feed("readings", broker.url(), "closed");

            // When
            List<Answer> answers = List.of(
                    provider.get("/mqtt/guest/readings"),
                    provider.delete("/mqtt/guest/readings"),
                    provider.get("/feeds"),
                    provider.get("/set-aside"),
                    provider.delete("/set-aside"));

            // Then
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(401);
                assertThat(answer.body().path("error").asText()).contains("is needed");
            });
            JsonNode health = provider.get("/health").body();
            assertThat(health.path("feeds").asInt()).isEqualTo(1);
            assertThat(health.toString()).doesNotContain("readings").doesNotContain("127.0.0.1");
            assertThat(provider.send("GET", "/feeds", Map.of(), GUEST).body()).hasSize(1);
            assertThat(provider.send("GET", "/feeds", Map.of(), SYSTEM).body()).hasSize(1);
            assertThat(provider.send("DELETE", "/set-aside", Map.of(), GUEST).status())
                    .isEqualTo(403);
            assertThat(provider.send("DELETE", "/mqtt/guest/readings", Map.of(), GUEST)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void anOpenProviderLetsNobodyChangeAFeedWithoutItsKey() {
        try (ProviderFixture provider = ProviderFixture.start(folder, target)) {
            // Given
            provider.feed("readings", broker.url(), "mine");

            // When
            List<Answer> answers = List.of(
                    provider.send("PUT", "/mqtt/guest/readings", Map.of("topic", "yours"), ""),
                    provider.send("PUT", "/mqtt/guest/readings", Map.of("lifecycleEvent", "PAUSE"), ""),
                    provider.post("/mqtt/guest/readings/pause", Map.of("x", 1)));
            Answer foreign = provider.send("PUT", "/mqtt/guest/readings", Map.of("topic", "yours"), SYSTEM);

            // Then
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(401);
                assertThat(answer.body().path("error").asText()).isEqualTo("the key of namespace guest is needed");
            });
            assertThat(foreign.status()).isEqualTo(403);
            Answer feed = provider.get("/mqtt/guest/readings");
            assertThat(feed.body().at("/config/topic").asText()).isEqualTo("mine");
            assertThat(feed.body().at("/status/state").asText()).isEqualTo("connected");
            provider.delete("/mqtt/guest/readings");
        }
    }

    @Test
    void theKeyOfTheSystemSeesEveryFeedAndTakesCareOfWhatItSetAside() {
        // Given
        FeedProviderConfig config = ProviderFixture.config(folder).withOpen(false);
        try (ProviderFixture provider = ProviderFixture.start(config, target)) {
            provider.feed("readings", broker.url(), "seen");

            // When
            List<Answer> answers = List.of(
                    provider.send("GET", "/mqtt/guest/readings", Map.of(), SYSTEM),
                    provider.send("POST", "/set-aside/replay?trigger=/guest/readings", Map.of(), SYSTEM),
                    provider.send("DELETE", "/set-aside?trigger=/guest/readings", Map.of(), SYSTEM));

            // Then
            assertThat(answers)
                    .allSatisfy(answer ->
                            assertThat(answer.status()).as(answer.toString()).isEqualTo(200));
            provider.send("DELETE", "/mqtt/guest/readings", Map.of(), GUEST);
        }
    }

    @Test
    void aBrokerThatIsAwayDegradesTheHealthAndNothingElse() {
        try (ProviderFixture provider = ProviderFixture.start(folder, target)) {
            // Given
            provider.feed("readings", "mqtt://127.0.0.1:1", "away");

            // When
            Answer health = provider.get("/health");

            // Then
            assertThat(health.status()).isEqualTo(200);
            assertThat(health.body().path("status").asText()).isEqualTo("degraded");
            assertThat(health.body().at("/problems/0").asText()).contains("mqtt://127.0.0.1:1", "is away");
            assertThat(health.body().at("/states/connecting").asInt()).isEqualTo(1);
            assertThat(health.body().at("/perFeed/0/received").asInt()).isZero();
            assertThat(provider.get("/health?strict").status()).isEqualTo(503);
            provider.delete("/mqtt/guest/readings");
        }
    }
}
