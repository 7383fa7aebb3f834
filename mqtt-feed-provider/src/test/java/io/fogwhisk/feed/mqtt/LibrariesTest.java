package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.feed.EmbeddedBroker;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.Mosquitto;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.RefusingBroker;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.feed.TcpProxy;
import io.fogwhisk.feed.mqtt.MqttSettings.TlsFiles;
import io.fogwhisk.feed.mqtt.MqttSettings.Will;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is the same with every client library, at a real Mosquitto. */
class LibrariesTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();

    @ParameterizedTest
    @EnumSource
    void firesMessagesOfEveryQosThatItsFiltersMatch(Libraries library) {
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                ProviderFixture provider = library.provider(folder.resolve("site"), target);
                Sensor sensor = Sensor.connect(broker.port())) {
            // Given
            Libraries.feed(provider, "level", broker.url(), "dc/+/x", Map.of("qos", 2));
            Libraries.feed(provider, "rest", broker.url(), "other/#", Map.of("qos", 2));

            // When
            for (int qos = 0; qos <= 2; qos++) {
                sensor.publish("dc/" + qos + "/x", "x" + qos, qos, false);
                sensor.publish("dc/" + qos + "/y", "y" + qos, qos, false);
                sensor.publish("other/a/b", "o" + qos, qos, false);
            }

            // Then
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(target.accepted("/guest/level")).containsExactly("x0", "x1", "x2"));
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(target.accepted("/guest/rest")).containsExactly("o0", "o1", "o2"));
            await().atMost(SOON).until(() -> provider.count(Meter.FEED_ACKNOWLEDGED) == 6);
        }
    }

    @ParameterizedTest
    @EnumSource
    void firesAfterARestartWhatCameMeanwhile(Libraries library) {
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                Sensor sensor = Sensor.connect(broker.port())) {
            // Given
            try (ProviderFixture before = library.provider(folder.resolve("site"), target)) {
                before.feed("readings", broker.url(), "readings");
            }

            // When
            sensor.publish("readings", "one", 1, false);
            sensor.publish("readings", "two", 2, false);

            // Then
            try (ProviderFixture after = library.provider(folder.resolve("site"), target)) {
                await().atMost(SOON)
                        .untilAsserted(() ->
                                assertThat(target.accepted("/guest/readings")).containsExactly("one", "two"));
                await().atMost(SOON).until(() -> after.count(Meter.FEED_ACKNOWLEDGED) == 2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void subscribesAgainAtABrokerThatForgotTheSession(Libraries library) {
        String[] forgetful = {"allow_anonymous true", "persistence false"};
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"), Mosquitto.freePort(), forgetful);
                ProviderFixture provider = library.provider(folder.resolve("site"), target)) {
            // Given
            provider.feed("readings", broker.url(), "readings");

            // When
            broker.kill();
            await().atMost(SOON)
                    .until(() -> Libraries.state(provider, "readings").equals("connecting"));
            broker.start();

            // Then
            await().atMost(SOON).until(() -> {
                publish(broker, "again");
                return target.accepted("/guest/readings").contains("again");
            });
            assertThat(Libraries.state(provider, "readings")).isEqualTo("connected");
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsWillIsPublishedWhenTheNetworkBreaks(Libraries library) {
        MqttSettings settings = library.settings(Optional.of(new Will("lost/dc-1", "gone", 1, false)), TlsFiles.NONE);
        FeedProviderConfig mortal =
                ProviderFixture.config(folder.resolve("mortal")).with(settings);
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                TcpProxy network = TcpProxy.to(broker.port());
                ProviderFixture witness = ProviderFixture.start(
                        FeedProviderConfig.defaults("dc-2", 0, folder.resolve("witness")), target);
                ProviderFixture provider = ProviderFixture.start(mortal, target)) {
            // Given
            witness.feed("wills", broker.url(), "lost/+");
            provider.feed("readings", network.url(), "readings");

            // When
            network.cut();

            // Then
            await().atMost(SOON).until(() -> target.accepted("/guest/wills").contains("gone"));
            await().atMost(SOON)
                    .until(() -> Libraries.state(provider, "readings").equals("connected"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysThatUserOrPasswordAreWrongAndConnectsWithTheRightOnes(Libraries library) throws Exception {
        Path passwords = Mosquitto.passwords(folder.resolve("passwords"), "test", "s3cret");
        String[] closed = {"allow_anonymous false", "password_file " + passwords};
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"), Mosquitto.freePort(), closed);
                ProviderFixture provider = library.provider(folder.resolve("site"), target)) {
            // When
            provider.feed("wrong", "mqtt://test:other@127.0.0.1:" + broker.port(), "readings");
            provider.feed("right", "http://test:s3cret@127.0.0.1:" + broker.port(), "readings");

            // Then: the feed changed last decides the credentials that feeds of one user share
            await().atMost(SOON).until(() -> Libraries.state(provider, "right").equals("connected"));
            Libraries.feed(provider, "wrong", "mqtt://test:other@127.0.0.1:" + broker.port(), "readings", Map.of());
            await().atMost(SOON).until(() -> Libraries.state(provider, "wrong").equals("connecting"));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(Libraries.error(provider, "wrong"))
                            .startsWith("broker: ")
                            .containsPattern("(?i)not.?authorized"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void showsARefusedSubscription(Libraries library) {
        try (RefusingBroker broker = RefusingBroker.start();
                ProviderFixture provider = library.provider(folder.resolve("site"), target)) {
            // When
            provider.feed("readings", broker.url(), "readings");

            // Then
            await().atMost(SOON)
                    .until(() -> Libraries.state(provider, "readings").equals("refused"));
            assertThat(Libraries.error(provider, "readings"))
                    .isEqualTo("the broker refused the subscription: "
                            + (library.five() ? "NOT_AUTHORIZED" : "UNSPECIFIED_ERROR"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesNoMoreThanTheFiresInFlightAndLosesNothing(Libraries library) {
        FeedProviderConfig narrow = ProviderFixture.config(folder.resolve("site"))
                .with(library.settings())
                .with(new FeedProviderConfig.Bounds(10, 1_000_000, 1L << 30));
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                ProviderFixture provider = ProviderFixture.start(narrow, target)) {
            // Given
            provider.feed("readings", broker.url(), "readings");
            target.hold();

            // When
            publish(broker, Libraries.numbers(500).toArray(String[]::new));
            await().atMost(SOON).until(() -> target.attempts().size() == 10);
            await().during(Duration.ofMillis(300))
                    .atMost(SOON)
                    .until(() -> target.attempts().size() == 10);
            target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
            target.attempts().forEach(attempt -> attempt.answer().complete(FakeOpenWhisk.ACCEPTED));

            // Then
            await().atMost(SOON).until(() -> target.accepted("/guest/readings").size() >= 500);
            assertThat(target.accepted("/guest/readings"))
                    .containsExactlyElementsOf(Libraries.numbers(500).toList());
            await().atMost(SOON).until(() -> provider.count(Meter.FEED_ACKNOWLEDGED) == 500);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRetainedMessageFiresOnceWhateverFeedsComeAndGo(Libraries library) {
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                TcpProxy network = TcpProxy.to(broker.port());
                Sensor sensor = Sensor.connect(broker.port());
                ProviderFixture provider = library.provider(folder.resolve("site"), target)) {
            // Given
            sensor.publish("kept", "retained", 1, true);
            provider.feed("kept", network.url(), "kept");
            await().atMost(SOON).until(() -> target.accepted("/guest/kept").size() == 1);

            // When
            provider.feed("other", network.url(), "other");
            provider.delete("/mqtt/guest/other");
            if (library.five()) {
                // MQTT 3.1.1 cannot ask a broker not to send it again on the next connection.
                network.cut();
                await().atMost(SOON)
                        .until(() -> Libraries.state(provider, "kept").equals("connecting"));
                await().atMost(SOON)
                        .until(() -> Libraries.state(provider, "kept").equals("connected"));
            }
            sensor.publish("kept", "live", 1, false);

            // Then
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(target.accepted("/guest/kept")).containsExactly("retained", "live"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void providersOfAGroupShareTheMessagesAndEachFiresOnce(Libraries library) {
        FeedProviderConfig second =
                FeedProviderConfig.defaults("dc-2", 0, folder.resolve("second")).with(library.settings());
        FakeOpenWhisk other = new FakeOpenWhisk();
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                ProviderFixture one = library.provider(folder.resolve("first"), target);
                ProviderFixture two = ProviderFixture.start(second, other)) {
            // Given
            one.feed("shared", broker.url(), "$share/group/dc/+");
            two.feed("shared", broker.url(), "$share/group/dc/+");

            // When
            publishTo(broker, "dc/1", Libraries.numbers(100));

            // Then
            await().atMost(SOON)
                    .until(() -> target.attempts().size() + other.attempts().size() >= 100);
            assertThat(Stream.concat(
                            target.accepted("/guest/shared").stream(), other.accepted("/guest/shared").stream()))
                    .containsExactlyInAnyOrderElementsOf(Libraries.numbers(100).toList());
            assertThat(target.attempts()).isNotEmpty();
            assertThat(other.attempts()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeletedFeedLeavesNothingBehindAtTheBroker(Libraries library) {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), false);
                ProviderFixture provider = library.provider(folder.resolve("site"), target)) {
            // Given
            provider.feed("first", broker.url(), "first");
            provider.feed("second", broker.url(), "second");
            await().atMost(SOON).until(() -> broker.subscriptions() == 2);

            // When
            provider.delete("/mqtt/guest/first");
            await().atMost(SOON).until(() -> broker.subscriptions() == 1);
            provider.delete("/mqtt/guest/second");

            // Then
            await().atMost(SOON).until(() -> broker.subscriptions() == 0);
            await().atMost(SOON)
                    .until(() ->
                            provider.get("/health").body().path("connections").isEmpty());
            await().atMost(SOON).until(() -> broker.connections() == 0);
        }
    }

    private static void publish(Mosquitto broker, String... payloads) {
        publishTo(broker, "readings", Stream.of(payloads));
    }

    private static void publishTo(Mosquitto broker, String topic, Stream<String> payloads) {
        try (Sensor sensor = Sensor.connect(broker.port())) {
            List<String> all = payloads.toList();
            all.forEach(payload -> sensor.publish(topic, payload));
        }
    }
}
