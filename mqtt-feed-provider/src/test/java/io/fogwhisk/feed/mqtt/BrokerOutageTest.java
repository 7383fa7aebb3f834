package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.Mosquitto;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.PublishedLoad;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.feed.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real Mosquitto that stops, dies or piles up messages, and networks that break. */
class BrokerOutageTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int BACKLOG = 20_000;

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();

    @ParameterizedTest
    @EnumSource
    void everyAcceptedMessageFiresThroughRestartsOfTheBrokerUnderLoad(Libraries library) {
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                ProviderFixture provider = library.provider(folder.resolve("site"), target)) {
            // Given
            Libraries.feed(provider, "one", broker.url(), "qos/1", Map.of("qos", 1));
            Libraries.feed(provider, "two", broker.url(), "qos/2", Map.of("qos", 2));
            PublishedLoad first = PublishedLoad.start(broker.port(), "qos/1", 1);
            PublishedLoad second = PublishedLoad.start(broker.port(), "qos/2", 2);

            // When
            try (first;
                    second) {
                for (int restart = 0; restart < 3; restart++) {
                    int more = first.accepted().size() + 200;
                    await().atMost(SOON).until(() -> first.accepted().size() >= more);
                    broker.terminate();
                    await().atMost(SOON)
                            .until(() -> Libraries.state(provider, "one").equals("connecting"));
                    broker.start();
                }
            }

            // Then
            assertFired("/guest/one", first.accepted());
            assertFired("/guest/two", second.accepted());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAKilledBrokerForgetsIsAGapAndEverythingAfterItFires(Libraries library) {
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                ProviderFixture provider = library.provider(folder.resolve("site"), target)) {
            // Given
            Libraries.feed(provider, "readings", broker.url(), "readings", Map.of("seq", "n"));
            PublishedLoad load = PublishedLoad.start(broker.port(), "readings", 1, "{\"n\":%d}");
            List<String> before;
            int connected;

            // When
            try (load) {
                await().atMost(SOON).until(() -> load.accepted().size() >= 500);
                broker.kill();
                before = load.accepted();
                await().atMost(SOON)
                        .until(() -> Libraries.state(provider, "readings").equals("connecting"));
                broker.start();
                await().atMost(SOON)
                        .until(() -> Libraries.state(provider, "readings").equals("connected"));
                connected = load.accepted().size();
                await().atMost(SOON).until(() -> load.accepted().size() >= connected + 500);
            }

            // Then: nobody was subscribed from the kill to the next connection
            List<String> after =
                    load.accepted().subList(connected, load.accepted().size());
            assertFired("/guest/readings", after);
            List<String> gaps = new ArrayList<>(load.accepted());
            gaps.removeAll(new HashSet<>(target.accepted("/guest/readings")));
            assertThat(gaps).doesNotContainAnyElementsOf(after);
            assertThat(gaps.size()).isLessThanOrEqualTo(connected);
            assertThat(before.size() - gaps.stream().filter(before::contains).count())
                    .as("fired of what came before the kill")
                    .isPositive();
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(missing(provider)).isEqualTo(passedOver(target.accepted("/guest/readings"))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesALongBacklogWithoutAStall(Libraries library) {
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"))) {
            // Given
            try (ProviderFixture before = library.provider(folder.resolve("site"), target)) {
                before.feed("readings", broker.url(), "readings");
            }
            try (Sensor sensor = Sensor.connect(broker.port())) {
                Libraries.numbers(BACKLOG).forEach(number -> sensor.publish("readings", number));
            }

            // When
            try (ProviderFixture after = library.provider(folder.resolve("site"), target)) {

                // Then
                await().atMost(SOON).until(() -> after.count(Meter.FEED_ACKNOWLEDGED) >= BACKLOG);
                assertThat(target.accepted("/guest/readings"))
                        .containsExactlyElementsOf(Libraries.numbers(BACKLOG).toList());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noticesANetworkThatGoesSilentAndLosesNothing(Libraries library) {
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                TcpProxy network = TcpProxy.to(broker.port());
                ProviderFixture provider = library.provider(folder.resolve("site"), target);
                Sensor sensor = Sensor.connect(broker.port())) {
            // Given
            provider.feed("readings", network.url(), "readings");
            sensor.publish("readings", "before");
            await().atMost(SOON).until(() -> target.accepted("/guest/readings").contains("before"));

            // When
            network.set(TcpProxy.Mode.SWALLOW);
            sensor.publish("readings", "meanwhile");
            await().atMost(SOON)
                    .until(() -> Libraries.state(provider, "readings").equals("connecting"));
            network.set(TcpProxy.Mode.REFUSE);
            sensor.publish("readings", "away");
            network.set(TcpProxy.Mode.PASS);

            // Then: a connection swallowed while it was made ends by its own limit
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(target.accepted("/guest/readings")).contains("before", "meanwhile", "away"));
            assertThat(Libraries.state(provider, "readings")).isEqualTo("connected");
        }
    }

    @Test
    void noLibraryWaitsForEverForABrokerThatAcceptsAndSaysNothing() {
        Map<Libraries, ProviderFixture> providers = new EnumMap<>(Libraries.class);
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"));
                TcpProxy network = TcpProxy.to(broker.port());
                Sensor sensor = Sensor.connect(broker.port())) {
            // Given
            network.set(TcpProxy.Mode.SWALLOW);
            for (Libraries library : Libraries.values()) {
                FeedProviderConfig config = FeedProviderConfig.defaults(
                                library.name(), 0, folder.resolve(library.name()))
                        .with(library.settings());
                ProviderFixture provider = ProviderFixture.start(config, target);
                providers.put(library, provider);
                provider.feed(library.name(), network.url(), "readings");
            }

            // When
            providers.forEach((library, provider) -> await().atMost(SOON)
                    .untilAsserted(() -> assertThat(Libraries.error(provider, library.name()))
                            .isNotEmpty()));
            network.set(TcpProxy.Mode.PASS);
            network.cut();

            // Then
            providers.forEach((library, provider) -> await().atMost(SOON)
                    .until(() -> Libraries.state(provider, library.name()).equals("connected")));
            sensor.publish("readings", "one");
            providers.forEach((library, provider) -> await().atMost(SOON)
                    .until(() -> target.accepted("/guest/" + library.name()).equals(List.of("one"))));
        } finally {
            providers.values().forEach(ProviderFixture::close);
        }
    }

    /** What the provider says is missing. */
    private static long missing(ProviderFixture provider) {
        return provider.get("/mqtt/guest/readings")
                .body()
                .at("/status/sequence/missing")
                .asLong(-1);
    }

    /** Which numbers, each in a text, are not among others, between the first and the last of them. */
    private static long passedOver(List<String> texts) {
        List<Long> numbers = texts.stream()
                .map(text -> Long.valueOf(text.replaceAll("[^0-9]", "")))
                .distinct()
                .sorted()
                .toList();
        return numbers.get(numbers.size() - 1) - numbers.get(0) + 1 - numbers.size();
    }

    private void assertFired(String trigger, List<String> messages) {
        await().atMost(SOON).untilAsserted(() -> {
            Set<String> fired = new HashSet<>(target.accepted(trigger));
            assertThat(messages.stream().filter(message -> !fired.contains(message)))
                    .isEmpty();
        });
    }
}
