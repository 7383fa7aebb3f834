package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.feed.EmbeddedBroker;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.Sensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgetfulBrokerTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();

    @Test
    void subscribesAgainAtABrokerThatForgotTheSessionAndStillFiresWhatItHadReceived() {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), false);
                ProviderFixture provider = ProviderFixture.start(folder.resolve("site"), target, 1)) {
            // Given
            provider.feed("readings", broker.url(), "readings");
            target.hold();
            publish(broker, "one", "two", "three");
            await().atMost(SOON).until(() -> target.attempts().size() == 1);

            // When
            broker.stop();
            await().atMost(SOON).until(() -> state(provider).equals("connecting"));
            broker.start();
            await().atMost(SOON).until(() -> broker.subscriptions() == 1);
            publish(broker, "four");
            target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
            target.attempts().get(0).answer().complete(FakeOpenWhisk.ACCEPTED);

            // Then
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(target.accepted("/guest/readings"))
                            .containsExactlyInAnyOrderElementsOf(List.of("one", "two", "three", "four")));
        }
    }

    @Test
    void aFeedIsCreatedWhileItsBrokerIsAwayAndConnectsWhenItIsThere() {
        try (ProviderFixture provider = ProviderFixture.start(folder.resolve("site"), target)) {
            // Given
            EmbeddedBroker broker = EmbeddedBroker.prepare(folder.resolve("broker"), false);

            // When
            JsonNode created = provider.feed("readings", broker.url(), "readings");

            // Then
            assertThat(created.at("/status/state").asText()).isEqualTo("connecting");
            assertThat(created.at("/status/active").asBoolean()).isTrue();
            assertThat(created.at("/status/lastError").asText()).contains("broker: ");
            broker.start();
            try (broker) {
                await().atMost(SOON).until(() -> broker.subscriptions() == 1);
                publish(broker, "one");
                await().atMost(SOON)
                        .until(() -> target.accepted("/guest/readings").equals(List.of("one")));
            }
        }
    }

    private static String state(ProviderFixture provider) {
        return provider.get("/mqtt/guest/readings").body().at("/status/state").asText();
    }

    private static void publish(EmbeddedBroker broker, String... payloads) {
        try (Sensor sensor = Sensor.connect(broker)) {
            for (String payload : payloads) {
                sensor.publish("readings", payload);
            }
        }
    }
}
