package io.fogwhisk.aggregate.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.aggregate.HttpInflux;
import io.fogwhisk.aggregate.ManualClock;
import io.fogwhisk.aggregate.influx.Backlog;
import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of entries that wait too long. */
class OutboxExpiryTest {

    private final HttpInflux influx = new HttpInflux();
    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock("2026-03-01T00:00:00Z");
    private Outbox outbox;

    @BeforeEach
    void open() {
        outbox = new Outbox(
                PromptOutbox.config(folder, new OutboxConfig.Bounds(10_000, 1 << 20, Duration.ofDays(7), 3)),
                metrics,
                clock);
        outbox.start();
    }

    @AfterEach
    void close() {
        influx.release();
        outbox.close();
        influx.close();
    }

    @Test
    void dropsEachEntryWhenItComesOfAge() throws Exception {
        // Given
        influx.down();
        add(target("", "a"), 1);
        clock.advance(Duration.ofDays(4));
        add(target("", "a"), 2);

        // When: the first is eight days old, the second four
        clock.advance(Duration.ofDays(4));
        await().untilAsserted(
                        () -> assertThat(metrics.value(Meter.OUTBOX_EXPIRED)).isEqualTo(1));
        int left = outbox.depth();
        clock.advance(Duration.ofDays(4));

        // Then
        assertThat(left).isEqualTo(1);
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(outbox.backlog())
                .singleElement()
                .satisfies(each -> assertThat(each.oldest()).isEmpty());
    }

    private void add(InfluxTarget target, int time) throws Exception {
        Backlog.Taken taken = outbox.add(
                target, List.of(new Points(Points.Kind.READING, "humidity,datacenter_id=1 value=1 " + time, 1)));
        assertThat(taken.count()).isEqualTo(1);
        taken.durable().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private InfluxTarget target(String name, String bucket) {
        return new InfluxTarget(name, new InfluxBucket(influx.url(), "influxdata", bucket), "secret");
    }
}
