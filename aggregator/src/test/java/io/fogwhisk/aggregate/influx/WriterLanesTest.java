package io.fogwhisk.aggregate.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.aggregate.HttpInflux;
import io.fogwhisk.aggregate.ManualClock;
import io.fogwhisk.aggregate.outbox.Outbox;
import io.fogwhisk.aggregate.outbox.OutboxConfig;
import io.fogwhisk.aggregate.outbox.PromptOutbox;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.retry.Backoff;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the threads of a writer come and go. */
class WriterLanesTest {

    private static final int MOST = 64;

    private final HttpInflux influx = new HttpInflux();
    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");
    private final ManualClock clock = new ManualClock("2026-03-01T00:00:00Z");
    private final AtomicBoolean broken = new AtomicBoolean();

    @TempDir
    private Path folder;

    private Outbox outbox;
    private PointWriter writer;

    @BeforeEach
    void open() {
        outbox = new Outbox(
                PromptOutbox.config(folder, new OutboxConfig.Bounds(10_000, 1 << 20, Duration.ZERO, 3)),
                metrics,
                clock);
        outbox.start();
        writer = new PointWriter(
                new PointWriterConfig(
                        "lanes",
                        100_000,
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(1),
                        Backoff.between(Duration.ofMillis(10), Duration.ofMillis(50))),
                new BreakableBacklog(),
                metrics,
                clock);
        writer.start();
    }

    @AfterEach
    void close() {
        influx.release();
        writer.close();
        outbox.close();
        influx.close();
    }

    @Test
    void writesToMoreDatabasesThanItHasThreadsIfNotAllAreBusy() throws Exception {
        for (int i = 0; i <= 2 * MOST; i++) {
            assertThat(get(write("b" + i, 1))).isEqualTo(new WriteOutcome.Stored());
        }
        assertThat(writer.lanes()).isLessThanOrEqualTo(MOST);
    }

    @Test
    void refusesAnotherDatabaseOnlyWhileAllThreadsAreBusy() throws Exception {
        // Given
        influx.hold();
        List<CompletionStage<WriteOutcome>> held = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            held.add(write("b" + i, 1));
        }

        // When
        WriteOutcome outcome = get(write("another", 1));

        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        WriteOutcome.Refused.class,
                        refused -> assertThat(refused.reason()).contains("more than 64 databases"));
        influx.release();
        for (CompletionStage<WriteOutcome> each : held) {
            assertThat(get(each)).isEqualTo(new WriteOutcome.Stored());
        }
        await().untilAsserted(() -> assertThat(get(write("another", 1))).isEqualTo(new WriteOutcome.Stored()));
    }

    @Test
    void endsAThreadThatHadNothingToWriteForAMinute() throws Exception {
        // Given
        get(write("a", 1));
        get(write("b", 1));

        // When
        clock.advance(Duration.ofSeconds(59));
        get(write("b", 2));
        clock.advance(Duration.ofSeconds(1));

        // Then
        await().untilAsserted(() -> assertThat(writer.lanes()).isEqualTo(1));
        assertThat(get(write("a", 2))).isEqualTo(new WriteOutcome.Stored());
        assertThat(writer.lanes()).isEqualTo(2);
    }

    @Test
    void losesAndReordersNothingThoughThreadsEndAllTheTime() throws Exception {
        // Given: twice as many databases as threads, and a clock that lets every thread end at once
        List<CompletionStage<WriteOutcome>> outcomes = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 2 * MOST; i++) {
                // When: each point replaces the one before it
                CompletionStage<WriteOutcome> outcome = write("b" + i, round);
                if (outcome.toCompletableFuture().isDone()) {
                    await().pollInterval(Duration.ofMillis(1)).until(() -> writer.pointsInFlight() == 0);
                    outcome = write("b" + i, round);
                }
                outcomes.add(outcome);
                clock.advance(Duration.ofSeconds(30));
            }
        }

        // Then
        for (CompletionStage<WriteOutcome> outcome : outcomes) {
            assertThat(get(outcome)).isEqualTo(new WriteOutcome.Stored());
        }
        for (int i = 0; i < 2 * MOST; i++) {
            assertThat(influx.points("b" + i)).containsExactly(Map.entry("a,datacenter_id=1 1", "value=19"));
        }
    }

    @Test
    void replacesAThreadThatDied() throws Exception {
        // Given
        broken.set(true);
        assertThat(get(write("a", 1))).isInstanceOf(WriteOutcome.Refused.class);

        // When
        broken.set(false);

        // Then
        assertThat(get(write("a", 2))).isEqualTo(new WriteOutcome.Stored());
        assertThat(influx.points("a")).containsValue("value=2");
        assertThat(writer.pointsInFlight()).isZero();
    }

    private CompletionStage<WriteOutcome> write(String bucket, int value) {
        return writer.write(
                new InfluxTarget(new InfluxBucket(influx.url(), "influxdata", bucket), "secret"),
                new Points(Points.Kind.READING, "a,datacenter_id=1 value=" + value + " 1", 1),
                clock.instant().plus(Duration.ofHours(1)));
    }

    private static <T> T get(CompletionStage<T> outcome) throws Exception {
        return outcome.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** The outbox, which can be told to fail as only a defect makes it. */
    private final class BreakableBacklog implements Backlog {

        @Override
        public Optional<WriteAnswer.NotNow> away(InfluxTarget target) {
            if (broken.get()) {
                throw new IllegalStateException("told to break");
            }
            return outbox.away(target);
        }

        @Override
        public Taken add(InfluxTarget target, List<Points> points, WriteAnswer.NotNow failure) {
            return outbox.add(target, points, failure);
        }
    }
}
