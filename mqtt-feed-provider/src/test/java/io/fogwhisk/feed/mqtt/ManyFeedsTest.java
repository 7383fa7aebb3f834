package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.Mosquitto;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.Sensor;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManyFeedsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int FEEDS = 1_000;
    private static final int TOPICS = 10;

    @TempDir
    Path folder;

    private final FakeOpenWhisk target = new FakeOpenWhisk();

    @Test
    void aThousandFeedsOfTenTopicsShareAConnectionAndSubscribeEachTopicOnce() throws Exception {
        String[] lines = {
            "allow_anonymous true", "persistence false", "max_queued_messages 0", "log_type subscribe", "log_type error"
        };
        Path log = folder.resolve("broker/mosquitto.log");
        try (Mosquitto broker = Mosquitto.start(folder.resolve("broker"), Mosquitto.freePort(), lines);
                ProviderFixture provider = ProviderFixture.start(folder.resolve("site"), target)) {
            // When
            ExecutorService users = Executors.newFixedThreadPool(16);
            for (int feed = 0; feed < FEEDS; feed++) {
                int number = feed;
                users.execute(() -> create(provider, broker.url(), number));
            }
            users.shutdown();
            assertThat(users.awaitTermination(SOON.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();

            // Then
            await().atMost(SOON).until(() -> subscribed(log) >= FEEDS * TOPICS);
            assertThat(provider.get("/health").body().path("connections")).hasSize(1);
            assertThat(subscribed(log)).isEqualTo(FEEDS * TOPICS);
            try (Sensor sensor = Sensor.connect(broker.port())) {
                IntStream.range(0, FEEDS).forEach(feed -> sensor.publish("s/" + feed + "/7", "r" + feed));
            }
            await().atMost(SOON).until(() -> target.attempts().size() >= FEEDS);
            assertThat(target.attempts().stream().map(attempt -> attempt.trigger() + " " + attempt.body()))
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, FEEDS)
                            .mapToObj(feed -> "/guest/feed-" + feed + " r" + feed)
                            .toList());
        }
    }

    private static void create(ProviderFixture provider, String url, int number) {
        List<String> topics = IntStream.range(0, TOPICS)
                .mapToObj(topic -> "s/" + number + "/" + topic)
                .toList();
        ProviderFixture.Answer answer = provider.post(
                "/mqtt",
                Map.of(
                        "triggerName",
                        "/_/feed-" + number,
                        "url",
                        url,
                        "topics",
                        topics,
                        "authKey",
                        AuthKey.GUEST.reveal()));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    private static long subscribed(Path log) throws Exception {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.matches(".* s/[0-9]+/[0-9]")).count();
        }
    }
}
