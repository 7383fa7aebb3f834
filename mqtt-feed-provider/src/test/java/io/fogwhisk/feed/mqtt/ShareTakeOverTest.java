package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.Mosquitto;
import io.fogwhisk.feed.PacedLoad;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.feed.TcpProxy;
import io.fogwhisk.wsk.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Providers of a share group at a Mosquitto as Debian installs it, which goes on giving a lost member its share, and
 * drops what is beyond a thousand messages. To the broker a member whose network is cut for good looks like one that was
 * killed.
 */
class ShareTakeOverTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String FILTER = "$share/group/dc/#";
    private static final String TRIGGER = "/guest/shared";
    private static final int PER_SECOND = 500;

    @TempDir
    Path folder;

    private final FakeOpenWhisk victims = new FakeOpenWhisk();
    private final FakeOpenWhisk survivors = new FakeOpenWhisk();

    @Test
    void losesNothingOfFiveHundredASecondWhenOneOfTwoIsGoneForGood() {
        try (Mosquitto broker = stock();
                TcpProxy network = TcpProxy.to(broker.port());
                ProviderFixture victim = provider(Libraries.HIVEMQ_5, "victim", victims);
                ProviderFixture survivor = provider(Libraries.HIVEMQ_5, "survivor", survivors);
                PacedLoad load = PacedLoad.start(broker.port(), "dc/1", PER_SECOND)) {
            // Given
            victim.feed("shared", network.url(), FILTER);
            survivor.feed("shared", broker.url(), FILTER);
            await().atMost(SOON).until(() -> victims.accepted(TRIGGER).size() > 100);
            int subscribed = load.count();

            // When
            network.set(TcpProxy.Mode.REFUSE);
            network.cut();

            // Then: the victim's share would have overflowed the broker's queue twice
            int last = load.count() + 8 * PER_SECOND;
            await().atMost(SOON).until(() -> load.count() > last);
            Set<String> accepted = load.stop();
            accepted = since(accepted, subscribed);
            awaitFired(accepted);
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesOverWithEveryLibraryAndGivesTheSessionBack(Libraries library) {
        try (Mosquitto broker = stock();
                TcpProxy network = TcpProxy.to(broker.port());
                ProviderFixture victim = provider(library, "victim", victims);
                ProviderFixture survivor = provider(library, "survivor", survivors);
                Sensor sensor = Sensor.connect(broker.port())) {
            // Given
            victim.feed("shared", network.url(), FILTER);
            survivor.feed("shared", broker.url(), FILTER);
            publish(sensor, 0, 100);
            awaitFired(numbers(0, 100));
            assertThat(victims.attempts()).isNotEmpty();

            // When it is gone
            network.set(TcpProxy.Mode.REFUSE);
            network.cut();
            publish(sensor, 100, 200);

            // Then
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(survivors.accepted(TRIGGER)).containsAll(numbers(100, 200)));

            // When it is back
            network.set(TcpProxy.Mode.PASS);
            await().atMost(SOON).until(() -> Libraries.state(victim, "shared").equals("connected"));

            // Then
            int before = victims.attempts().size();
            publish(sensor, 200, 300);
            awaitFired(numbers(200, 300));
            assertThat(victims.attempts()).hasSizeGreaterThan(before);
        }
    }

    @Test
    void aProviderThatIsStoppedLeavesItsMessagesToTheOthers() {
        try (Mosquitto broker = stock();
                ProviderFixture survivor = provider(Libraries.HIVEMQ_5, "survivor", survivors);
                Sensor sensor = Sensor.connect(broker.port())) {
            // Given
            survivor.feed("shared", broker.url(), FILTER);
            try (ProviderFixture stopped = provider(Libraries.HIVEMQ_5, "victim", victims)) {
                stopped.feed("shared", broker.url(), FILTER);
            }

            // When
            publish(sensor, 0, 100);

            // Then
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(survivors.accepted(TRIGGER)).containsAll(numbers(0, 100)));
        }
    }

    @Test
    void keepsTheSessionWhileItMayNotHandOnWhatWaitsThere() {
        FeedProviderConfig small = FeedProviderConfig.defaults("survivor", 0, folder.resolve("survivor"))
                .with(FeedProviderConfig.Acceptance.BY_INBOX)
                .with(new FeedProviderConfig.Bounds(10, 90, 1L << 20));
        survivors.answer(attempt -> new Outcome.Unavailable(503, "busy"));
        try (Mosquitto broker = stock();
                TcpProxy network = TcpProxy.to(broker.port());
                ProviderFixture victim = provider(Libraries.HIVEMQ_5, "victim", victims);
                ProviderFixture survivor = ProviderFixture.start(small, survivors);
                PacedLoad load = PacedLoad.start(broker.port(), "dc/1", PER_SECOND / 5)) {
            // Given
            victim.feed("shared", network.url(), FILTER);
            survivor.feed("shared", broker.url(), FILTER);
            await().atMost(SOON).until(() -> victims.accepted(TRIGGER).size() > 10);
            int subscribed = load.count();
            await().atMost(SOON)
                    .until(() -> survivor.get("/health")
                            .body()
                            .path("problems")
                            .toString()
                            .contains("namespace guest: no"));

            // When nothing can be taken from either session, for longer than a look at an empty one would last
            network.set(TcpProxy.Mode.REFUSE);
            network.cut();
            int last = load.count() + 8 * PER_SECOND / 5;
            await().atMost(SOON).until(() -> load.count() > last);
            Set<String> accepted = since(load.stop(), subscribed);
            survivors.answer(attempt -> FakeOpenWhisk.ACCEPTED);

            // Then
            awaitFired(accepted);
        }
    }

    @Test
    void saysThatTheBrokerForbidsItAndGoesOn() throws Exception {
        Path rights = Files.writeString(folder.resolve("rights"), "topic readwrite dc/#\n");
        String[] lines = {"allow_anonymous true", "acl_file " + rights};
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"), Mosquitto.freePort(), lines);
                ProviderFixture provider = provider(Libraries.HIVEMQ_5, "survivor", survivors);
                Sensor sensor = Sensor.connect(broker.port())) {
            // When
            provider.feed("shared", broker.url(), FILTER);

            // Then
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(Libraries.error(provider, "shared"))
                            .contains("share group")
                            .contains("fogwhisk/share/"));
            publish(sensor, 0, 10);
            awaitFired(numbers(0, 10));
            assertThat(Libraries.state(provider, "shared")).isEqualTo("connected");
        }
    }

    private Mosquitto stock() {
        return Mosquitto.start(folder.resolve("broker"), Mosquitto.freePort(), "allow_anonymous true");
    }

    private ProviderFixture provider(Libraries library, String name, FakeOpenWhisk target) {
        return ProviderFixture.start(
                FeedProviderConfig.defaults(name, 0, folder.resolve(name)).with(library.settings()), target);
    }

    private void awaitFired(Set<String> messages) {
        await().atMost(SOON).untilAsserted(() -> {
            Set<String> lost = new HashSet<>(messages);
            lost.removeAll(new HashSet<>(victims.accepted(TRIGGER)));
            lost.removeAll(new HashSet<>(survivors.accepted(TRIGGER)));
            assertThat(lost).as("of " + messages.size()).isEmpty();
        });
    }

    /** Before both had subscribed, messages were for nobody. */
    private static Set<String> since(Set<String> accepted, int first) {
        Set<String> later = new HashSet<>(accepted);
        later.removeIf(number -> Integer.parseInt(number) < first);
        return later;
    }

    private static void publish(Sensor sensor, int from, int to) {
        numbers(from, to).forEach(number -> sensor.publish("dc/1", number));
    }

    private static Set<String> numbers(int from, int to) {
        return new HashSet<>(Stream.iterate(from, number -> number + 1)
                .limit(to - from)
                .map(String::valueOf)
                .toList());
    }
}
