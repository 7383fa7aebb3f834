package io.fogwhisk.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.aggregate.outbox.Outbox;
import io.fogwhisk.aggregate.outbox.OutboxConfig;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.retry.Backoff;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we write is understood by a server that is neither InfluxDB nor ours. */
class SecondServerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MINUTES = 1_440;
    private static final int SERIES = 50;
    private static final long START = 1_772_323_200_000L;

    @TempDir
    private Path folder;

    private VictoriaMetrics victoria;

    @BeforeEach
    void start() throws Exception {
        victoria = VictoriaMetrics.start(folder);
    }

    @AfterEach
    void stop() {
        victoria.close();
    }

    @Test
    void storesTheReadingsOfAnAction() throws Exception {
        try (SiteFixture site = new SiteFixture(folder)) {
            ObjectNode params = site.parameters();
            params.put("influx_url", victoria.url());
            params.put(
                    "body",
                    "{\"humidity\":41,\"temp, °C\":22.5,\"datacenter_id\":\"rome dc\",\"device_fingerprint\":7,"
                            + "\"timestamp\":" + START + "}");

            // When
            ObjectNode result = site.call("addReadingToDb", params);

            // Then
            assertThat(result).hasToString("{\"points\":2}");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(victoria.export("{device_fingerprint=\"7\"}"))
                            .hasSize(2));
            JsonNode series = JSON.readTree(victoria.export("humidity_value").get(0));
            assertThat(series.path("metric").path("datacenter_id").asText()).isEqualTo("rome dc");
            assertThat(series.path("values")).hasToString("[41]");
            assertThat(series.path("timestamps")).hasToString("[" + START + "]");
            JsonNode odd = JSON.readTree(
                    victoria.export("{__name__=\"temp, °C_value\"}").get(0));
            assertThat(odd.path("values")).hasToString("[22.5]");
        }
    }

    @Test
    void getsADayOfAggregatesOnceAndInOrderThoughItWasAwayAndStopsMeanwhile() throws Exception {
        // Given: a day of fifty aggregates a minute while the database is away, and a restart of the site
        victoria.down();
        Outbox outbox = open();
        for (int minute = 0; minute < MINUTES; minute++) {
            assertThat(outbox.add(target(), minute(minute)).count()).isEqualTo(SERIES);
        }
        outbox.moveWatermark("day", clock().instant()).toCompletableFuture().get(20, TimeUnit.SECONDS);
        outbox.close();

        // When
        victoria.again();
        try (Outbox again = open()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> again.depth() < MINUTES * SERIES);
            victoria.down();
            victoria.again();

            // Then
            await().atMost(Duration.ofSeconds(60)).until(() -> again.depth() == 0);
        }
        long[] points = {0};
        List<String> series = victoria.export("humidity_avg");
        assertThat(series).hasSize(SERIES);
        for (String each : series) {
            JsonNode stored = JSON.readTree(each);
            long before = 0;
            int distinct = 0;
            for (int i = 0; i < stored.path("timestamps").size(); i++) {
                long time = stored.path("timestamps").get(i).asLong();
                assertThat(stored.path("values").get(i).asLong()).isEqualTo((time - START) / 60_000);
                assertThat(time).isGreaterThanOrEqualTo(before);
                distinct += time > before ? 1 : 0;
                before = time;
            }
            points[0] += distinct;
        }
        assertThat(points[0]).isEqualTo((long) MINUTES * SERIES);
    }

    private Outbox open() {
        Outbox outbox = new Outbox(
                new OutboxConfig(
                        "test",
                        folder.resolve("outbox.db"),
                        new OutboxConfig.Bounds(1_000_000, 1 << 24, Duration.ZERO, 10),
                        Duration.ofMillis(2),
                        Duration.ofSeconds(5),
                        Backoff.between(Duration.ofMillis(10), Duration.ofMillis(50)),
                        1_000_000),
                new Metrics(new SimpleMeterRegistry(), "test"),
                clock());
        outbox.start();
        return outbox;
    }

    private static Clock clock() {
        return Clock.systemUTC();
    }

    private static List<Points> minute(int minute) {
        List<Points> points = new ArrayList<>();
        for (int i = 0; i < SERIES; i++) {
            points.add(new Points(
                    Points.Kind.AGGREGATE,
                    "humidity,datacenter_id=" + i + ",window=1m avg=" + minute + " " + (START + minute * 60_000L)
                            + "000000",
                    1));
        }
        return points;
    }

    private InfluxTarget target() {
        return new InfluxTarget("central", new InfluxBucket(victoria.url(), "influxdata", "aggregates"), "");
    }
}
