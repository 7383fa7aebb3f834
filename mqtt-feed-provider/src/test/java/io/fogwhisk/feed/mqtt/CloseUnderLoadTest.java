package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.Mosquitto;
import io.fogwhisk.feed.PacedLoad;
import io.fogwhisk.feed.ProviderFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A provider that closes while more comes than its OpenWhisk takes, which is when messages wait everywhere. */
class CloseUnderLoadTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CLOSES = 4;
    private static final int PER_SECOND = 4_000;

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();

    @ParameterizedTest
    @EnumSource(names = {"HIVEMQ_5", "PAHO_5"})
    void losesNothingHoweverOftenItCloses(Libraries library) {
        target.answer(attempt -> {
            LockSupport.parkNanos(1_000_000);
            return FakeOpenWhisk.ACCEPTED;
        });
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"))) {
            // Given
            try (ProviderFixture first = library.provider(folder.resolve("site"), target)) {
                first.feed("readings", broker.url(), "readings");
            }
            Set<String> accepted;
            try (PacedLoad load = PacedLoad.start(broker.port(), "readings", PER_SECOND)) {

                // When
                for (int i = 0; i < CLOSES; i++) {
                    try (ProviderFixture next = library.provider(folder.resolve("site"), target)) {
                        await().atMost(SOON).until(() -> next.count(Meter.FEED_ACKNOWLEDGED) > 100);
                    }
                }
                accepted = load.stop();
            }

            // Then
            target.answer(attempt -> FakeOpenWhisk.ACCEPTED);
            try (ProviderFixture last = library.provider(folder.resolve("site"), target)) {
                await().atMost(SOON).untilAsserted(() -> {
                    Set<String> lost = new HashSet<>(accepted);
                    lost.removeAll(new HashSet<>(target.accepted("/guest/readings")));
                    assertThat(lost).as("of " + accepted.size()).isEmpty();
                });
                assertThat(Libraries.state(last, "readings")).isEqualTo("connected");
            }
        }
    }
}
