package io.fogwhisk.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.mqtt.MqttSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FeedProviderTest {

    @TempDir
    Path folder;

    @Test
    void endsEveryThreadOfItsOwnWhenClosed() {
        // Given
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), false);
        try (broker) {
            ProviderFixture provider = ProviderFixture.start(folder.resolve("site"), new FakeOpenWhisk());
            provider.feed("readings", broker.url(), "readings");
            assertThat(ownThreads()).isNotZero();

            // When
            provider.close();

            // Then
            await().atMost(Duration.ofSeconds(30)).until(() -> ownThreads() == 0);
            await().atMost(Duration.ofSeconds(30)).until(() -> broker.connections() == 0);
        }
    }

    @Test
    void closesWhileABrokerIsAwayAndLeavesNothingBehind() {
        // Given
        EmbeddedBroker broker = EmbeddedBroker.prepare(folder.resolve("broker"), false);
        ProviderFixture provider = ProviderFixture.start(folder.resolve("site"), new FakeOpenWhisk());
        provider.feed("readings", broker.url(), "readings");

        // When
        provider.close();

        // Then
        await().atMost(Duration.ofSeconds(30)).until(() -> ownThreads() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void closesWhileASubscriptionHasNoAnswerAndLeavesNothingBehind(MqttSettings.Version version) {
        // Given
        MqttSettings usual = MqttSettings.DEFAULT;
        MqttSettings settings = new MqttSettings(
                MqttSettings.Client.HIVEMQ,
                version,
                usual.keepAlive(),
                usual.sessionExpiry(),
                usual.topicAliases(),
                usual.will(),
                usual.takeOver(),
                usual.tls());
        try (RefusingBroker broker = RefusingBroker.startSilent()) {
            ProviderFixture provider = ProviderFixture.start(
                    ProviderFixture.config(folder.resolve("site")).with(settings), new FakeOpenWhisk());
            provider.feed("readings", broker.url(), "readings");
            assertThat(broker.subscriptions()).isPositive();

            // When
            provider.close();

            // Then
            await().atMost(Duration.ofSeconds(30)).until(() -> ownThreads() == 0);
        }
    }

    @Test
    void oneThatOnlyRecordsLeavesNoThreadBehindEither() {
        // Given
        ProviderFixture provider =
                ProviderFixture.start(ProviderFixture.config(folder).withFires(false), new FakeOpenWhisk());
        provider.feed("readings", "mqtt://127.0.0.1:1", "readings");
        assertThat(provider.get("/mqtt/guest/readings").status()).isEqualTo(200);

        // When
        provider.close();

        // Then
        await().atMost(Duration.ofSeconds(30)).until(() -> ownThreads() == 0);
    }

    @Test
    void refusesANameThatNoClientIdCanHold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeedProviderConfig.defaults("dc 1", 0, folder))
                .withMessageContaining("'dc 1'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeedProviderConfig.defaults("dc-1", 70_000, folder))
                .withMessage("port must be 0 to 65535, was 70000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FeedProviderConfig.Bounds(0, 1, 1))
                .withMessage("firesInFlight must be at least 1, was 0");
    }

    private static long ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("dc-1-"))
                .count();
    }
}
