package io.fogwhisk.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.aggregate.outbox.Outbox;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.LeanInflux;
import io.fogwhisk.influx.LeanInfluxConfig;
import io.fogwhisk.launcher.demo.FluxClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An outbox in a process of its own, killed without warning while it delivers. */
class OutboxCrashTest {

    private static final int SERIES = 40;
    private static final int MINUTES = 1_000;
    private static final int KILLS = 3;
    private static final long START = 1_772_323_200L;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final int port = TestPorts.free();
    private final String url = "http://127.0.0.1:" + port;
    private final HttpHost http = new HttpHost();
    private final List<Process> children = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void fillWhileTheCentreIsAway() throws Exception {
        InfluxTarget target = new InfluxTarget("central", new InfluxBucket(url, "influxdata", "aggregates"), "secret");
        try (Outbox outbox = OutboxChild.outbox(folder.resolve("outbox.db"))) {
            outbox.start();
            for (int minute = 0; minute < MINUTES; minute++) {
                var taken = outbox.add(target, minute(minute));
                assertThat(taken.count()).isEqualTo(SERIES);
                taken.durable().toCompletableFuture().get(20, TimeUnit.SECONDS);
            }
        }
        http.start();
    }

    @AfterEach
    void end() {
        children.forEach(Process::destroyForcibly);
        http.close();
    }

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void deliversEachPointOnceAndInOrderThoughItIsKilledMidway() throws Exception {
        // Given
        try (LeanInflux centre = centre();
                FluxClient database = new FluxClient(url, "influxdata", "secret", "aggregates")) {
            centre.start();
            int killedMidway = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                Process child = child();
                int enough = SERIES * MINUTES * kill / (KILLS + 2);
                await().atMost(LIMIT)
                        .until(() -> stored(database).values().stream()
                                        .mapToInt(Map::size)
                                        .sum()
                                >= enough);

                // When
                child.destroyForcibly();
                assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();

                // Then: what is there of a series are its first points, for they come in order
                Map<String, Map<Long, Double>> midway = stored(database);
                midway.forEach((series, points) ->
                        assertThat(points).as(series).containsExactlyEntriesOf(minutes(points.size())));
                killedMidway += midway.values().stream().anyMatch(points -> points.size() < MINUTES) ? 1 : 0;
            }
            assertThat(killedMidway).isPositive();
            child();
            await().atMost(LIMIT)
                    .until(() -> stored(database).values().stream()
                                    .mapToInt(Map::size)
                                    .sum()
                            == SERIES * MINUTES);
            Map<String, Map<Long, Double>> all = stored(database);
            assertThat(all).hasSize(SERIES);
            all.forEach((series, points) -> assertThat(points).as(series).containsExactlyEntriesOf(minutes(MINUTES)));
        }
    }

    private LeanInflux centre() {
        return new LeanInflux(
                new LeanInfluxConfig(
                        "127.0.0.1",
                        port,
                        folder.resolve("centre"),
                        "influxdata",
                        List.of("aggregates"),
                        "secret",
                        Duration.ofMillis(2)),
                http,
                new Metrics(new SimpleMeterRegistry(), "centre"));
    }

    private Process child() throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        OutboxChild.class.getName(),
                        folder.resolve("outbox.db").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("child.log").toFile())
                .start();
        children.add(child);
        return child;
    }

    private static List<Points> minute(int minute) {
        List<Points> points = new ArrayList<>();
        for (int i = 0; i < SERIES; i++) {
            long time = START + minute * 60L;
            String line = "humidity,datacenter_id=" + i + ",window=1m avg=" + minute + " " + time + "000000000";
            points.add(new Points(Points.Kind.AGGREGATE, line, 1));
        }
        return points;
    }

    /** A series' first points, by their times. */
    private static Map<Long, Double> minutes(int count) {
        Map<Long, Double> minutes = new TreeMap<>();
        for (int minute = 0; minute < count; minute++) {
            minutes.put(START + minute * 60L, (double) minute);
        }
        return minutes;
    }

    /** The points of each series by their times, in seconds; one that is there twice fails. */
    private static Map<String, Map<Long, Double>> stored(FluxClient database) {
        Map<String, Map<Long, Double>> stored = new TreeMap<>();
        database.rows("|> filter(fn: (r) => r._measurement == \"humidity\")", row -> {
            Double before = stored.computeIfAbsent(FluxClient.text(row, "datacenter_id"), series -> new TreeMap<>())
                    .put(FluxClient.time(row).getEpochSecond(), FluxClient.number(row));
            assertThat(before).as("point that is there twice").isNull();
        });
        return stored;
    }
}
