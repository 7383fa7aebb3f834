package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.feed.EmbeddedBroker;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FakeOpenWhisk.Attempt;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MqttFeedsTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();
    private EmbeddedBroker broker;
    private ProviderFixture provider;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(folder.resolve("broker"), true);
        provider = ProviderFixture.start(folder.resolve("site"), target);
    }

    @AfterEach
    void stop() {
        provider.close();
        broker.close();
    }

    @Test
    void firesTheTriggerForAMessageAndThenAcknowledgesIt() {
        // Given
        provider.feed("readings", broker.url(), "dc/+/readings");

        // When
        publish("dc/7/readings", "{\"temperature\":22.5}");

        // Then
        await().atMost(SOON).until(() -> provider.count(Meter.FEED_ACKNOWLEDGED) == 1);
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
        assertThat(target.attempts()).hasSize(1);
        Attempt attempt = target.attempts().get(0);
        assertThat(attempt.key()).isEqualTo(AuthKey.GUEST);
        assertThat(attempt.trigger()).isEqualTo("/guest/readings");
        assertThat(attempt.payload().text())
                .isEqualTo("{\"type\":\"message\",\"body\":\"{\\\"temperature\\\":22.5}\"}");
    }

    @Test
    void doesNotAcknowledgeBeforeTheFireIsAccepted() {
        // Given
        provider.feed("readings", broker.url(), "readings");
        target.hold();

        // When
        publish("readings", "one");

        // Then
        await().atMost(SOON).until(() -> target.attempts().size() == 1);
        assertThat(broker.unacknowledged()).isEqualTo(1);
        target.attempts().get(0).answer().complete(FakeOpenWhisk.ACCEPTED);
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
    }

    @Test
    void firesAgainAfterARestartWhatWasNotAcknowledgedBefore() {
        // Given
        provider.feed("readings", broker.url(), "readings");
        target.hold();
        publish("readings", "one", "two");
        await().atMost(SOON).until(() -> target.attempts().size() == 2);

        // When
        provider.close();
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        publish("readings", "three");
        provider = ProviderFixture.start(folder.resolve("site"), target);

        // Then
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(target.accepted("/guest/readings")).containsExactly("one", "two", "three"));
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
    }

    @Test
    void firesWhatItsOwnSitesBrokerKeptWhenThatBrokerIsAtAnotherAddress() {
        // Given
        provider.close();
        provider = ProviderFixture.start(folder.resolve("site"), target, broker);
        provider.feed("readings", broker.url(), "readings");
        target.hold();
        publish("readings", "one", "two");
        await().atMost(SOON).until(() -> target.attempts().size() == 2);

        // When
        provider.close();
        broker.close();
        broker = EmbeddedBroker.start(folder.resolve("broker"), true);
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        provider = ProviderFixture.start(folder.resolve("site"), target, broker);

        // Then
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(target.accepted("/guest/readings")).containsExactly("one", "two"));
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
        assertThat(broker.subscriptions()).isEqualTo(1);
        assertThat(provider.get("/mqtt/guest/readings").body().toString()).contains(broker.url());
    }

    @Test
    void keepsItsFeedsOverARestart() {
        // Given
        provider.feed("readings", broker.url(), "readings");

        // When
        provider.close();
        provider = ProviderFixture.start(folder.resolve("site"), target);

        // Then
        await().atMost(SOON).until(() -> state("readings").equals("connected"));
        publish("readings", "one");
        await().atMost(SOON).until(() -> target.accepted("/guest/readings").equals(List.of("one")));
    }

    @Test
    void losesNothingWhenTheBrokerRestarts() {
        // Given
        provider.feed("readings", broker.url(), "readings");
        target.hold();
        publish("readings", "one", "two");
        await().atMost(SOON).until(() -> target.attempts().size() == 2);

        // When
        broker.stop();
        await().atMost(SOON).until(() -> state("readings").equals("connecting"));
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        broker.start();

        // Then
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
        publish("readings", "three");
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(target.accepted("/guest/readings")).containsExactly("one", "two", "three"));
    }

    @Test
    void triesAgainUntilTheOpenWhiskIsBackAndLosesNothing() {
        // Given
        provider.feed("readings", broker.url(), "readings");
        AtomicBoolean away = new AtomicBoolean(true);
        target.answer(attempt -> away.get() ? FakeOpenWhisk.AWAY : FakeOpenWhisk.ACCEPTED);
        Set<String> sent = new HashSet<>();
        IntStream.range(0, 50).forEach(i -> sent.add("reading-" + i));

        // When
        publish("readings", sent.toArray(String[]::new));
        await().atMost(SOON).until(() -> provider.count(Meter.FEED_RETRIED) >= 50);
        assertThat(provider.count(Meter.FEED_ACKNOWLEDGED)).isZero();
        away.set(false);

        // Then
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
        assertThat(target.accepted("/guest/readings")).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void aTriggerThatWaitsKeepsNoOtherWaiting() {
        // Given
        provider.feed("slow", broker.url(), "slow");
        provider.feed("quick", broker.url(), "quick");
        target.answer(attempt -> attempt.trigger().equals("/guest/slow") ? FakeOpenWhisk.AWAY : FakeOpenWhisk.ACCEPTED);

        // When
        publish("slow", "one");
        publish("quick", "two", "three");

        // Then
        await().atMost(SOON).until(() -> target.accepted("/guest/quick").equals(List.of("two", "three")));
        assertThat(target.accepted("/guest/slow")).isEmpty();
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        await().atMost(SOON).until(() -> target.accepted("/guest/slow").equals(List.of("one")));
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
    }

    @Test
    void aRefusedFireIsSetAsideAndDisablesItsFeedAndIsAcknowledged() {
        // Given
        provider.feed("gone", broker.url(), "readings");
        target.answer(attempt -> new Outcome.Rejected(404, "The requested resource does not exist."));

        // When
        publish("readings", "one");

        // Then
        await().atMost(SOON).until(() -> state("gone").equals("disabled"));
        JsonNode feed = provider.get("/mqtt/guest/gone").body();
        assertThat(feed.at("/status/active").asBoolean()).isFalse();
        assertThat(feed.at("/status/reason/statusCode").asInt()).isEqualTo(404);
        assertThat(feed.at("/status/reason/message").asText()).contains("The requested resource does not exist.");
        JsonNode aside = provider.get("/set-aside").body();
        assertThat(aside.path("count").asInt()).isEqualTo(1);
        assertThat(aside.at("/messages/0/trigger").asText()).isEqualTo("/guest/gone");
        assertThat(aside.at("/messages/0/topic").asText()).isEqualTo("readings");
        assertThat(aside.at("/messages/0/reason").asText()).isEqualTo("The requested resource does not exist.");
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
        await().atMost(SOON).until(() -> broker.subscriptions() == 0);
    }

    @Test
    void aRefusedFeedLeavesTheOthersOfItsBrokerRunning() {
        // Given
        provider.feed("gone", broker.url(), "readings");
        provider.feed("there", broker.url(), "readings");
        target.answer(attempt -> attempt.trigger().equals("/guest/gone")
                ? new Outcome.Rejected(401, "The supplied authentication is invalid.")
                : FakeOpenWhisk.ACCEPTED);

        // When
        publish("readings", "one", "two");

        // Then
        await().atMost(SOON).until(() -> state("gone").equals("disabled"));
        await().atMost(SOON).until(() -> target.accepted("/guest/there").equals(List.of("one", "two")));
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
        publish("readings", "three");
        await().atMost(SOON).until(() -> target.accepted("/guest/there").size() == 3);
    }

    @Test
    void aMessageThatIsTooLargeIsSetAsideAloneAndItsFeedGoesOn() {
        // Given
        provider.feed("readings", broker.url(), "readings");
        target.answer(attempt -> attempt.body().equals("large")
                ? new Outcome.Rejected(413, "Request larger than allowed.")
                : FakeOpenWhisk.ACCEPTED);

        // When
        publish("readings", "large", "small");

        // Then
        await().atMost(SOON).until(() -> target.accepted("/guest/readings").equals(List.of("small")));
        await().atMost(SOON).until(() -> provider.count(Meter.FEED_SET_ASIDE) == 1);
        assertThat(state("readings")).isEqualTo("connected");
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
    }

    @Test
    void aMessageThatIsNotUtf8IsSetAsideAndAcknowledged() {
        // Given
        provider.feed("readings", broker.url(), "readings");

        // When
        try (Sensor sensor = Sensor.connect(broker)) {
            sensor.publish("readings", new byte[] {(byte) 0xff, 'x'});
            sensor.publish("readings", "grüße");
        }

        // Then
        await().atMost(SOON).until(() -> target.accepted("/guest/readings").equals(List.of("grüße")));
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
        JsonNode aside = provider.get("/set-aside").body();
        assertThat(aside.at("/messages/0/reason").asText()).isEqualTo("not UTF-8: use format base64");
        assertThat(aside.at("/messages/0/bytes").asInt()).isEqualTo(2);
        assertThat(state("readings")).isEqualTo("connected");
    }

    @Test
    void feedsOfOneBrokerShareAConnectionAndAMessageIsAcknowledgedOnceAllAcceptedIt() {
        // Given
        provider.feed("all", broker.url(), "dc/#");
        provider.feed("one", broker.url(), "dc/1");
        target.hold();

        // When
        publish("dc/1", "x");

        // Then
        await().atMost(SOON).until(() -> target.attempts().size() == 2);
        assertThat(provider.get("/health").body().path("connections")).hasSize(1);
        target.attempts().get(0).answer().complete(FakeOpenWhisk.ACCEPTED);
        await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> broker.unacknowledged() == 1);
        target.attempts().get(1).answer().complete(FakeOpenWhisk.ACCEPTED);
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
        assertThat(target.attempts())
                .extracting(Attempt::trigger)
                .containsExactlyInAnyOrder("/guest/all", "/guest/one");
    }

    @Test
    void takesNoMoreThanTheFiresInFlightAllow() {
        // Given
        provider.close();
        provider = ProviderFixture.start(folder.resolve("bounded"), target, 10);
        provider.feed("readings", broker.url(), "readings");
        target.hold();

        // When
        publish("readings", IntStream.range(0, 100).mapToObj(i -> "r" + i).toArray(String[]::new));

        // Then
        await().atMost(SOON).until(() -> target.attempts().size() == 10);
        await().during(Duration.ofMillis(500))
                .atMost(SOON)
                .until(() -> target.attempts().size() == 10);
        target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
        target.attempts().forEach(attempt -> attempt.answer().complete(FakeOpenWhisk.ACCEPTED));
        await().atMost(SOON).until(() -> target.accepted("/guest/readings").size() == 100);
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
    }

    @Test
    void takesPartInASharedSubscription() {
        // Given
        provider.feed("shared", broker.url(), "$share/group/dc/+");
        provider.feed("plain", broker.url(), "dc/+");

        // When
        publish("dc/1", "one", "two");

        // Then
        await().atMost(SOON).until(() -> target.accepted("/guest/shared").equals(List.of("one", "two")));
        await().atMost(SOON).until(() -> target.accepted("/guest/plain").equals(List.of("one", "two")));
        await().atMost(SOON).until(() -> broker.unacknowledged() == 0);
        assertThat(target.attempts()).hasSize(4);
    }

    @Test
    void aDeletedFeedLeavesNoSubscriptionBehind() {
        // Given
        provider.feed("first", broker.url(), "first");
        provider.feed("second", broker.url(), "second");
        assertThat(broker.subscriptions()).isEqualTo(2);

        // When
        provider.delete("/mqtt/guest/first");
        await().atMost(SOON).until(() -> broker.subscriptions() == 1);
        provider.delete("/mqtt/guest/second");

        // Then
        await().atMost(SOON).until(() -> broker.subscriptions() == 0);
        await().atMost(SOON)
                .until(() -> provider.get("/health").body().path("connections").isEmpty());
    }

    @Test
    void aDeletedFeedLeavesNoSubscriptionBehindAtABrokerThatMissesTheDisconnect() {
        // Given
        provider.feed("readings", broker.url(), "readings");
        broker.missDisconnects();

        // When
        provider.delete("/mqtt/guest/readings");

        // Then
        await().atMost(SOON)
                .until(() -> provider.get("/health").body().path("connections").isEmpty());
        assertThat(broker.subscriptions()).isZero();
    }

    @Test
    void aFeedDeletedWhileItsBrokerIsAwayIsUnsubscribedOnceItIsBackAlsoByTheNextStart() {
        // Given
        provider.feed("readings", broker.url(), "readings");
        broker.stop();
        await().atMost(SOON).until(() -> state("readings").equals("connecting"));

        // When
        provider.delete("/mqtt/guest/readings");
        provider.close();
        broker.start();
        broker.missDisconnects();
        assertThat(broker.subscriptions()).isEqualTo(1);
        provider = ProviderFixture.start(folder.resolve("site"), target);

        // Then
        await().atMost(SOON).until(() -> broker.subscriptions() == 0);
    }

    @Test
    void anUpdatedFeedFollowsItsNewTopicAlone() {
        // Given
        provider.feed("readings", broker.url(), "old");

        // When
        provider.feed("readings", broker.url(), "new");
        publish("old", "one");
        publish("new", "two");

        // Then
        await().atMost(SOON).until(() -> target.accepted("/guest/readings").equals(List.of("two")));
        await().atMost(SOON).until(() -> broker.subscriptions() == 1);
    }

    private String state(String trigger) {
        return provider.get("/mqtt/guest/" + trigger).body().at("/status/state").asText();
    }

    private void publish(String topic, String... payloads) {
        try (Sensor sensor = Sensor.connect(broker)) {
            for (String payload : payloads) {
                sensor.publish(topic, payload);
            }
        }
    }
}
