package io.fogwhisk.aggregate.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.aggregate.HttpInflux;
import io.fogwhisk.aggregate.outbox.Outbox;
import io.fogwhisk.aggregate.outbox.OutboxConfig;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.retry.Backoff;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointWriterTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Backoff RETRY = Backoff.between(Duration.ofMillis(10), Duration.ofMillis(50));

    private final HttpInflux influx = new HttpInflux();
    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");

    @TempDir
    private Path folder;

    private Outbox outbox;
    private PointWriter writer;

    @BeforeEach
    void open() {
        open(1_000, 100, LONG);
    }

    private void open(int maxInFlight, int maxEntries, Duration patience) {
        outbox = new Outbox(
                new OutboxConfig(
                        "test",
                        folder.resolve("outbox.db"),
                        new OutboxConfig.Bounds(maxEntries, 1 << 20, Duration.ZERO, 100),
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        RETRY,
                        1_000_000),
                metrics,
                Clock.systemUTC());
        outbox.start();
        writer = new PointWriter(
                new PointWriterConfig("test", maxInFlight, Duration.ofSeconds(5), patience, RETRY),
                outbox,
                metrics,
                Clock.systemUTC());
        writer.start();
    }

    @AfterEach
    void close() {
        influx.release();
        writer.close();
        outbox.close();
        influx.close();
    }

    private void reopen(int maxInFlight, int maxEntries, Duration patience) {
        writer.close();
        outbox.close();
        open(maxInFlight, maxEntries, patience);
    }

    @Test
    void saysStoredWhenTheDatabaseConfirmed() throws Exception {
        // When
        WriteOutcome outcome = get(write("a", 1));

        // Then
        assertThat(outcome).isEqualTo(new WriteOutcome.Stored());
        assertThat(influx.writes())
                .containsExactly(new HttpInflux.Write("measure", "influxdata", "ns", "Token secret", line("a", 1)));
        assertThat(metrics.value(Meter.READINGS_STORED)).isEqualTo(1);
        assertThat(writer.pointsInFlight()).isZero();
    }

    @Test
    void writesWhatArrivedDuringARequestWithTheNextOne() throws Exception {
        // Given: a request under way
        influx.hold();
        List<CompletionStage<WriteOutcome>> outcomes = new ArrayList<>();
        outcomes.add(write("first", 1));
        influx.awaitWrite();

        // When
        for (int i = 0; i < 100; i++) {
            outcomes.add(write("later", i));
        }
        influx.release();

        // Then
        for (CompletionStage<WriteOutcome> outcome : outcomes) {
            assertThat(get(outcome)).isEqualTo(new WriteOutcome.Stored());
        }
        assertThat(influx.writes()).hasSize(2);
        assertThat(influx.points("measure")).hasSize(101);
    }

    @Test
    void rejectsOnlyTheBadReadingOfABatch() throws Exception {
        // Given: a batch of 20 readings, the 14th of which the database refuses
        influx.refuse(line -> line.startsWith("bad"));
        influx.hold();
        CompletionStage<WriteOutcome> first = write("first", 1);
        influx.awaitWrite();
        List<CompletionStage<WriteOutcome>> good = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            good.add(write("good", i));
        }
        CompletionStage<WriteOutcome> bad = write("bad", 1);
        for (int i = 13; i < 19; i++) {
            good.add(write("good", i));
        }

        // When
        influx.release();

        // Then
        assertThat(get(bad))
                .isInstanceOfSatisfying(
                        WriteOutcome.Rejected.class,
                        rejected -> assertThat(rejected.reason()).contains("partial write"));
        assertThat(get(first)).isEqualTo(new WriteOutcome.Stored());
        for (CompletionStage<WriteOutcome> outcome : good) {
            assertThat(get(outcome)).isEqualTo(new WriteOutcome.Stored());
        }
        assertThat(influx.points("measure")).hasSize(20);
    }

    @Test
    void triesAgainWhileTheDatabaseIsOverloaded() throws Exception {
        // Given
        influx.failWith(503);
        CompletionStage<WriteOutcome> outcome = write("a", 1);
        influx.awaitWrite();
        influx.awaitWrite();

        // When
        influx.failWith(0);

        // Then
        assertThat(get(outcome)).isEqualTo(new WriteOutcome.Stored());
        assertThat(outbox.depth()).isZero();
    }

    @Test
    void queuesPointsWhenTheDatabaseStaysAwayAndDeliversThemWhenItIsBack() throws Exception {
        // Given
        reopen(1_000, 100, Duration.ofMillis(50));
        influx.down();
        WriteOutcome outcome = get(write("a", 1));
        assertThat(outcome).isInstanceOfSatisfying(WriteOutcome.Queued.class, queued -> {
            assertThat(queued.failure().configuration()).isFalse();
            assertThat(queued.failure().reason()).contains("is unreachable");
        });

        // When
        influx.up();

        // Then
        await().untilAsserted(() -> assertThat(influx.points("measure")).hasSize(1));
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(metrics.value(Meter.OUTBOX_DELIVERED)).isEqualTo(1);
        assertThat(metrics.value(Meter.READINGS_STORED)).isEqualTo(1);
    }

    @Test
    void writesDirectlyAgainAfterTheDatabaseCameBack() throws Exception {
        // Given: an outage that is over
        reopen(1_000, 100, Duration.ofMillis(50));
        influx.down();
        get(write("a", 1));
        influx.up();
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());

        // When
        WriteOutcome outcome = get(write("b", 1));

        // Then
        assertThat(outcome).isEqualTo(new WriteOutcome.Stored());
    }

    @Test
    void overtakesNothingThatWaits() throws Exception {
        // Given: after a restart a reading waits for a database that is not known to be away
        reopen(1_000, 100, Duration.ZERO);
        influx.down();
        get(write("a", 1));
        influx.up();
        influx.hold();
        reopen(1_000, 100, Duration.ZERO);

        // When: its correction comes
        String corrected = line("a", 1).replace("value=1", "value=2");
        WriteOutcome outcome = get(writer.write(
                target(),
                new Points(Points.Kind.READING, corrected, 1),
                Instant.now().plus(LONG)));

        // Then
        assertThat(outcome).isInstanceOf(WriteOutcome.Queued.class);
        influx.release();
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(influx.points("measure")).containsValue("value=2");
    }

    @Test
    void queuesAtOnceAndNamesTheBucketWhenTheTokenIsRefused() throws Exception {
        // Given: patience that would outlast the test
        influx.failWith(401);

        // When
        WriteOutcome outcome = get(write("a", 1));

        // Then
        assertThat(outcome).isInstanceOfSatisfying(WriteOutcome.Queued.class, queued -> {
            assertThat(queued.failure().configuration()).isTrue();
            assertThat(queued.failure().reason())
                    .contains("bucket measure", influx.url(), "refuses the token")
                    .doesNotContain("secret");
        });
        assertThat(outbox.depth()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 302, 307})
    void takesNoAnswerButNoContentForStored(int status) throws Exception {
        // Given: something that is not a database, or leads to another place
        influx.leadTo(influx.url() + "/elsewhere");
        influx.failWith(status);

        // When
        WriteOutcome outcome = get(write("a", 1));

        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        WriteOutcome.Queued.class,
                        queued -> assertThat(queued.failure().configuration()).isTrue());
        influx.failWith(0);
        await().untilAsserted(() -> assertThat(influx.points("measure")).hasSize(1));
    }

    @Test
    void queuesWithoutAWaitWhileItIsKnownThatTheDatabaseIsAway() throws Exception {
        // Given
        influx.failWith(404);
        get(write("a", 1));
        influx.down();

        // When: with patience of a minute
        WriteOutcome outcome = get(write("b", 1));

        // Then
        assertThat(outcome).isInstanceOf(WriteOutcome.Queued.class);
        assertThat(outbox.depth()).isEqualTo(2);
    }

    @Test
    void hasRoomForManyMoreWhileNoMoreThanHalfWait() throws Exception {
        // Given
        reopen(4, 100, LONG);
        influx.hold();
        CompletionStage<WriteOutcome> first = write("a", 1);
        CompletionStage<WriteOutcome> second = write("a", 2);
        assertThat(writer.hasRoom()).isTrue();

        // When
        CompletionStage<WriteOutcome> third = write("a", 3);

        // Then
        assertThat(writer.hasRoom()).isFalse();
        influx.release();
        for (CompletionStage<WriteOutcome> outcome : List.of(first, second, third)) {
            assertThat(get(outcome)).isEqualTo(new WriteOutcome.Stored());
        }
        assertThat(writer.hasRoom()).isTrue();
    }

    @Test
    void refusesMorePointsThanMayBeInFlight() throws Exception {
        // Given
        reopen(3, 100, LONG);
        influx.hold();
        CompletionStage<WriteOutcome> first = write("a", 1);
        write("a", 2);
        write("a", 3);

        // When
        WriteOutcome outcome = get(write("a", 4));

        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        WriteOutcome.Refused.class,
                        refused -> assertThat(refused.reason()).contains("more than 3 points"));
        influx.release();
        assertThat(get(first)).isEqualTo(new WriteOutcome.Stored());
    }

    @Test
    void takesMoreReadingsThanMayBeInFlightWhileOthersLeaveHalfOfTheRoom() throws Exception {
        // Given
        reopen(4, 100, LONG);
        influx.hold();
        CompletionStage<WriteOutcome> first = write("a", 1);
        write("a", 2);

        // When
        CompletionStage<List<WriteOutcome>> taken = writeAll("b", "c", "d", "e");
        CompletionStage<List<WriteOutcome>> refused = writeAll("f", "g");

        // Then
        assertThat(get(refused)).hasSize(2).allMatch(outcome -> outcome instanceof WriteOutcome.Refused);
        influx.release();
        assertThat(get(taken)).hasSize(4).containsOnly(new WriteOutcome.Stored());
        assertThat(get(first)).isEqualTo(new WriteOutcome.Stored());
        assertThat(writer.pointsInFlight()).isZero();
    }

    @Test
    void bringsEachReadingOfOneCallToAnOutcomeOfItsOwn() throws Exception {
        // Given
        influx.refuse(line -> line.startsWith("bad"));

        // When
        List<WriteOutcome> outcomes = get(writeAll("a", "bad", "c"));

        // Then
        assertThat(outcomes.get(0)).isEqualTo(new WriteOutcome.Stored());
        assertThat(outcomes.get(1)).isInstanceOf(WriteOutcome.Rejected.class);
        assertThat(outcomes.get(2)).isEqualTo(new WriteOutcome.Stored());
        assertThat(writer.pointsInFlight()).isZero();
    }

    @Test
    void refusesAtTheDeadlineWhenTheOutboxIsFull() throws Exception {
        // Given: an outbox with room for one
        reopen(1_000, 1, Duration.ZERO);
        influx.down();
        get(write("a", 1));

        // When
        WriteOutcome outcome =
                get(writer.write(target(), points("b", 1), Instant.now().plusMillis(1_200)));

        // Then
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        WriteOutcome.Refused.class,
                        refused -> assertThat(refused.reason()).contains("is unreachable", "outbox is full"));
        assertThat(outbox.depth()).isEqualTo(1);
    }

    @Test
    void holdsTheCallerWhileTheOutboxIsFullUntilTheDatabaseIsBack() throws Exception {
        // Given
        reopen(1_000, 1, Duration.ZERO);
        influx.down();
        get(write("a", 1));
        CompletionStage<WriteOutcome> held = write("b", 1);

        // When
        influx.up();

        // Then
        assertThat(get(held)).isNotInstanceOf(WriteOutcome.Refused.class);
        await().untilAsserted(() -> assertThat(influx.points("measure")).hasSize(2));
    }

    @Test
    void writesToEachDatabaseOnItsOwnSoThatASlowOneDelaysNoOther() throws Exception {
        // Given
        influx.hold();
        CompletionStage<WriteOutcome> slow = write("a", 1);
        influx.awaitWrite();

        // When
        try (HttpInflux other = new HttpInflux()) {
            InfluxTarget target = new InfluxTarget(new InfluxBucket(other.url(), "o", "b"), "");
            WriteOutcome outcome =
                    get(writer.write(target, points("a", 1), Instant.now().plus(LONG)));

            // Then
            assertThat(outcome).isEqualTo(new WriteOutcome.Stored());
            assertThat(slow.toCompletableFuture()).isNotDone();
        }
    }

    @Test
    void movesToTheOutboxWhatIsNotConfirmedWhenItCloses() throws Exception {
        // Given: a database that fails, and patience that would outlast the test
        influx.failWith(503);
        CompletionStage<WriteOutcome> outcome = write("a", 1);
        influx.awaitWrite();

        // When
        writer.close();

        // Then
        assertThat(get(outcome)).isInstanceOf(WriteOutcome.Queued.class);
        assertThat(get(write("b", 1))).isInstanceOf(WriteOutcome.Refused.class);
    }

    private CompletionStage<WriteOutcome> write(String measurement, int time) {
        return writer.write(target(), points(measurement, time), Instant.now().plus(LONG));
    }

    private CompletionStage<List<WriteOutcome>> writeAll(String... measurements) {
        List<Points> readings =
                Stream.of(measurements).map(each -> points(each, 1)).toList();
        return writer.write(target(), readings, Instant.now().plus(LONG));
    }

    private InfluxTarget target() {
        return new InfluxTarget(new InfluxBucket(influx.url(), "influxdata", "measure"), "secret");
    }

    private static Points points(String measurement, int time) {
        return new Points(Points.Kind.READING, line(measurement, time), 1);
    }

    private static String line(String measurement, int time) {
        return measurement + ",datacenter_id=1 value=1 " + time;
    }

    private static <T> T get(CompletionStage<T> outcome) throws Exception {
        return outcome.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
