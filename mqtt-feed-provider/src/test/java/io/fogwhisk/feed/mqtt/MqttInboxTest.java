package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.feed.EmbeddedBroker;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.FeedProviderConfig.Acceptance;
import io.fogwhisk.feed.FeedProviderConfig.Bounds;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MQTT feeds whose messages are accepted by the provider's own inbox. */
class MqttInboxTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String TRIGGER = "/guest/readings";

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();
    private EmbeddedBroker broker;
    private ProviderFixture provider;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(folder.resolve("broker"), true);
        provider = ProviderFixture.start(config(), target);
    }

    @AfterEach
    void stop() {
        provider.close();
        broker.close();
    }

    @Test
    void acknowledgesBeforeTheOpenWhiskAcceptsAndFiresAfterARestart() {
        // Given
        provider.feed("readings", broker.url(), "readings");
        target.hold();

        // When
        publish("one", "two");
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
        assertThat(target.accepted(TRIGGER)).isEmpty();
        restart(config());

        // Then
        await().atMost(SOON).until(() -> target.accepted(TRIGGER).equals(List.of("one", "two")));
    }

    @Test
    void firesWhatTheInboxHoldsAlsoWhenMessagesAreAcceptedByTheOpenWhiskNow() {
        // Given
        provider.feed("readings", broker.url(), "readings");
        target.hold();
        publish("one");
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);

        // When
        restart(config().with(Acceptance.BY_OPENWHISK));
        publish("two");

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(target.accepted(TRIGGER)).containsExactlyInAnyOrder("one", "two"));
    }

    @Test
    void keepsTheMessagesOfADisabledFeedUntilItIsMended() {
        // Given: all three are here before the first is refused, and the broker is told to send no more
        Outcome refusal = new Outcome.Rejected(404, "The requested resource does not exist.");
        provider.feed("readings", broker.url(), "readings");
        target.hold();
        publish("one", "two", "three");
        await().atMost(SOON).until(() -> target.attempts().size() == 3);
        target.answer(attempt -> refusal);
        target.attempts().forEach(attempt -> attempt.answer().complete(refusal));
        await().atMost(SOON).until(() -> !status().path("active").asBoolean());
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
        assertThat(provider.get("/set-aside").body().path("count").asInt()).isZero();

        // When
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        provider.feed("readings", broker.url(), "readings");

        // Then
        await().atMost(SOON).until(() -> target.accepted(TRIGGER).equals(List.of("one", "two", "three")));
    }

    @Test
    void stopsTakingMessagesWhileTheInboxIsFull() {
        // Given
        restart(config().with(new Bounds(10, 5, 1L << 20)));
        provider.feed("readings", broker.url(), "readings");
        target.hold();

        // When
        publish(IntStream.range(0, 100).mapToObj(i -> "r" + i).toArray(String[]::new));

        // Then
        await().atMost(SOON).until(() -> target.attempts().size() == 5);
        await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> broker.unacknowledged() >= 100 - 5 - 10);
        assertThat(provider.get("/health").body().at("/inbox/full").asBoolean()).isTrue();
        assertThat(provider.get("/health").body().path("problems").toString()).contains("the inbox is full");
        assertThat(status().path("lag").asInt()).isGreaterThanOrEqualTo(5);
        assertThat(status().path("oldest").asText()).isNotEmpty();
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        target.attempts().forEach(attempt -> attempt.answer().complete(FakeOpenWhisk.ACCEPTED));
        await().atMost(SOON).until(() -> target.accepted(TRIGGER).size() == 100);
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
    }

    @Test
    void aNamespaceWhoseOpenWhiskIsAwayKeepsNoOtherWaiting() {
        // Given
        restart(config().with(new Bounds(10, 90, 1L << 20)));
        provider.feed("readings", broker.url(), "readings");
        String theirs = "/whisk.system/others";
        provider.post(
                "/mqtt",
                Map.of(
                        "triggerName",
                        theirs,
                        "url",
                        broker.url(),
                        "topic",
                        "others",
                        "authKey",
                        AuthKey.SYSTEM.reveal()));
        target.answer(attempt ->
                attempt.trigger().equals(TRIGGER) ? new Outcome.Unavailable(503, "busy") : FakeOpenWhisk.ACCEPTED);

        // When
        publish(IntStream.range(0, 400).mapToObj(i -> "r" + i).toArray(String[]::new));
        await().atMost(SOON)
                .until(() -> provider.get("/health")
                        .body()
                        .path("problems")
                        .toString()
                        .contains("namespace guest: no"));
        List<String> others = IntStream.range(0, 200).mapToObj(i -> "o" + i).toList();
        try (Sensor sensor = Sensor.connect(broker)) {
            others.forEach(payload -> sensor.publish("others", payload));
        }

        // Then
        await().atMost(SOON).until(() -> target.accepted(theirs).size() >= others.size());
        assertThat(target.accepted(TRIGGER)).isEmpty();
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        await().atMost(SOON).until(() -> target.accepted(TRIGGER).size() >= 400);
    }

    @Test
    void dropsTheMessagesOfADeletedFeed() {
        // Given
        provider.feed("readings", broker.url(), "readings");
        target.answer(attempt -> FakeOpenWhisk.AWAY);
        publish("one");
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);

        // When
        provider.delete("/mqtt/guest/readings");
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        provider.feed("readings", broker.url(), "readings");
        publish("two");

        // Then
        await().atMost(SOON).until(() -> target.accepted(TRIGGER).contains("two"));
        assertThat(target.accepted(TRIGGER)).doesNotContain("one");
    }

    @Test
    void tellsItsTriggerWhenTheConnectionComesAndGoesIfAskedTo() {
        // Given
        provider.feed("other", broker.url(), "other");

        // When
        feed(Map.of("status", true, "batch", 10, "include", "all"));
        await().atMost(SOON).until(() -> target.accepted(TRIGGER).equals(List.of("connected")));
        broker.stop();
        await().atMost(SOON).until(() -> target.accepted(TRIGGER).equals(List.of("connected", "disconnected")));
        broker.start();

        // Then
        await().atMost(SOON)
                .until(() -> target.accepted(TRIGGER).equals(List.of("connected", "disconnected", "connected")));
        assertThat(target.attempts().get(0).payload().text()).isEqualTo("{\"type\":\"status\",\"body\":\"connected\"}");
        publish("one");
        await().atMost(SOON).until(() -> target.attempts().size() == 4);
        JsonNode message =
                target.attempts().get(3).payload().tree().path("messages").path(0);
        assertThat(message.path("topic").asText()).isEqualTo("readings");
        assertThat(message.path("qos").asInt()).isEqualTo(1);
        assertThat(message.path("retain").asBoolean()).isFalse();
        assertThat(message.path("time").asLong()).isPositive();
        assertThat(provider.count(Meter.FEED_FIRED)).isEqualTo(1);
    }

    private static FeedProviderConfig config(Path folder) {
        return ProviderFixture.config(folder).with(Acceptance.BY_INBOX);
    }

    private FeedProviderConfig config() {
        return config(folder.resolve("site"));
    }

    private void restart(FeedProviderConfig config) {
        provider.close();
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        provider = ProviderFixture.start(config, target);
    }

    private void feed(Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("triggerName", "/_/readings");
        body.put("url", broker.url());
        body.put("topic", "readings");
        body.put("authKey", AuthKey.GUEST.reveal());
        assertThat(provider.post("/mqtt", body).status()).isEqualTo(200);
    }

    private JsonNode status() {
        return provider.get("/mqtt/guest/readings").body().path("status");
    }

    private void publish(String... payloads) {
        try (Sensor sensor = Sensor.connect(broker)) {
            for (String payload : payloads) {
                sensor.publish("readings", payload);
            }
        }
    }
}
