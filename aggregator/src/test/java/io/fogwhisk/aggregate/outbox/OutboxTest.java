package io.fogwhisk.aggregate.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.fogwhisk.aggregate.HttpInflux;
import io.fogwhisk.aggregate.ManualClock;
import io.fogwhisk.aggregate.influx.Backlog;
import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.aggregate.influx.WriteAnswer;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class OutboxTest {

    private final HttpInflux influx = new HttpInflux();
    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock("2026-03-01T00:00:00Z");
    private long maxBytes = 1 << 20;
    private Duration age = Duration.ZERO;
    private Outbox outbox;

    @BeforeEach
    void open() {
        outbox = new Outbox(
                PromptOutbox.config(folder, new OutboxConfig.Bounds(10_000, maxBytes, age, 3)), metrics, clock);
        outbox.start();
    }

    @AfterEach
    void close() {
        influx.release();
        outbox.close();
        influx.close();
    }

    @Test
    void deliversInTheOrderGivenInRequestsOfBoundedSize() throws Exception {
        // Given: more points than fit one request, while the database is away
        influx.down();
        add("secret", IntStream.range(0, 7_000).mapToObj(OutboxTest::line).toList());

        // When
        influx.up();

        // Then
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(influx.writes().get(0).lines().lines()).hasSize(5_000);
        assertThat(influx.writes().stream().flatMap(write -> write.lines().lines()))
                .containsExactlyElementsOf(
                        IntStream.range(0, 7_000).mapToObj(OutboxTest::line).toList());
        assertThat(metrics.value(Meter.OUTBOX_DELIVERED)).isEqualTo(7_000);
    }

    @Test
    void goesOnAfterARestart() throws Exception {
        // Given
        influx.down();
        add("secret", List.of(line(1), line(2)));
        outbox.close();

        // When
        influx.up();
        open();

        // Then
        await().untilAsserted(() -> assertThat(influx.points("measure")).hasSize(2));
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
    }

    @Test
    void goesOnAfterItsFileCouldNotBeRead() throws Exception {
        // Given
        CompletableFuture<ILoggingEvent> failed = new CompletableFuture<>();
        AppenderBase<ILoggingEvent> log = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getMessage().equals("outbox delivery failed, trying again")) {
                    failed.complete(event);
                }
            }
        };
        log.start();
        influx.down();
        add("secret", List.of(line(1)));
        ((Logger) LoggerFactory.getLogger(Delivery.class)).addAppender(log);
        sql("alter table parcel rename to hidden");
        failed.get(20, TimeUnit.SECONDS);

        // When
        sql("alter table hidden rename to parcel");
        influx.up();

        // Then
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(influx.points("measure")).hasSize(1);
    }

    @Test
    void goesOnAfterARestartAlsoWhenItsDiskFailedAtFirst() throws Exception {
        // Given: the first write of a bucket fails, the second does not
        influx.down();
        sql("create trigger broken before insert on parcel begin select raise(abort, 'planned'); end");
        assertThat(outbox.add(target("secret"), List.of(reading(line(1)))).durable())
                .failsWithin(Duration.ofSeconds(20));
        sql("drop trigger broken");
        add("secret", List.of(line(2)));
        outbox.close();

        // When
        influx.up();
        open();

        // Then
        await().untilAsserted(() -> assertThat(influx.points("measure")).hasSize(1));
    }

    @Test
    void addsBehindWhatARestartFound() throws Exception {
        // Given
        influx.down();
        add("secret", List.of(line(1)));
        outbox.close();
        open();
        add("secret", List.of(line(2)));
        assertThat(outbox.depth()).isEqualTo(2);

        // When
        influx.up();

        // Then
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(influx.writes().stream().flatMap(write -> write.lines().lines()))
                .containsExactly(line(1), line(2));
    }

    @Test
    void setsAPoisonedEntryAsideAndDeliversTheNext() throws Exception {
        // Given
        influx.refuse(line -> line.endsWith(" 2"));

        // When
        add("secret", List.of(line(1), line(2), line(3)));

        // Then
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(influx.points("measure")).hasSize(2);
        assertThat(outbox.setAside().list(10)).singleElement().satisfies(item -> {
            assertThat(item.payload()).isEqualTo(line(2));
            assertThat(item.reason()).contains("partial write");
        });
        assertThat(metrics.value(Meter.READINGS_SET_ASIDE)).isEqualTo(1);
        assertThat(metrics.value(Meter.READINGS_STORED)).isEqualTo(2);
    }

    @Test
    void keepsEntriesWhileASettingIsWrongAndDeliversThemWithTheTokenOfTheNextCaller() throws Exception {
        // Given: a database that refuses the token
        influx.failWith(401);
        add("old", List.of(line(1)));
        influx.awaitWrite();

        // When: somebody binds another token
        influx.failWith(0);
        influx.hold();
        add("new", List.of(line(2)));
        influx.release();

        // Then
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(influx.writes().get(influx.writes().size() - 1).authorization())
                .isEqualTo("Token new");
    }

    @Test
    void remembersTheNewestTokenAcrossARestart() throws Exception {
        // Given
        influx.down();
        add("old", List.of(line(1)));
        add("new", List.of(line(2)));
        outbox.close();

        // When
        influx.up();
        open();

        // Then
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(influx.writes())
                .allSatisfy(write -> assertThat(write.authorization()).isEqualTo("Token new"));
    }

    @Test
    void takesNoMoreThanItsLimit() throws Exception {
        // Given
        influx.down();
        add("secret", IntStream.range(0, 9_999).mapToObj(OutboxTest::line).toList());

        // When
        Backlog.Taken taken = outbox.add(target("secret"), List.of(reading(line(1)), reading(line(2))));

        // Then
        assertThat(taken.count()).isEqualTo(1);
        assertThat(outbox.depth()).isEqualTo(10_000);
    }

    @Test
    void takesNoMoreBytesThanItsLimit() throws Exception {
        // Given
        outbox.close();
        maxBytes = 100;
        open();
        influx.down();
        add("secret", List.of(line(1)));

        // When
        Backlog.Taken taken = outbox.add(target("secret"), List.of(reading(line(2).repeat(3))));

        // Then
        assertThat(taken.count()).isZero();
        assertThat(outbox.depth()).isEqualTo(1);
    }

    @Test
    void dropsWhatWaitedLongerThanItsLimit() throws Exception {
        // Given
        outbox.close();
        age = Duration.ofDays(7);
        open();
        influx.down();
        add("secret", List.of(line(1)));

        // When
        clock.advance(Duration.ofDays(8));

        // Then
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(metrics.value(Meter.OUTBOX_EXPIRED)).isEqualTo(1);
        assertThat(influx.points("measure")).isEmpty();
    }

    @Test
    void deliversWhatWaitedForANameToWhereItIsNow() throws Exception {
        // Given: a database that moves away for ever
        InfluxBucket former = new InfluxBucket("http://127.0.0.1:1", "influxdata", "measure");
        outbox.add(new InfluxTarget("central", former, "old"), List.of(reading(line(1))))
                .durable()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        outbox.close();
        open();

        // When
        outbox.locate(new InfluxTarget("central", target("new").bucket(), "new"));

        // Then
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(influx.points("measure")).hasSize(1);
    }

    @Test
    void givesTheNameOfADatabaseToWhatWaitedForItsAddress() throws Exception {
        // Given
        influx.down();
        add("secret", List.of(line(1)));

        // When
        outbox.add(new InfluxTarget("central", target("secret").bucket(), "secret"), List.of(reading(line(2))))
                .durable()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);

        // Then
        assertThat(outbox.backlog()).singleElement().satisfies(each -> {
            assertThat(each.name()).isEqualTo("central");
            assertThat(each.entries()).isEqualTo(2);
            assertThat(each.oldest()).contains(clock.instant());
        });
    }

    @Test
    void leavesADatabaseAloneForAsLongAsItAsks() throws Exception {
        // Given
        influx.failWith(429);
        influx.askFor("600");

        // When
        add("secret", List.of(line(1)));
        await().untilAsserted(() -> assertThat(outbox.away(target("secret")))
                .hasValueSatisfying(found -> assertThat(found.retryAfter()).contains(Duration.ofMinutes(10))));

        // Then: it would have tried again within 50 ms, but another address ends the wait
        await().during(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(influx.writes()).hasSize(1));
    }

    @Test
    void takesOverAFileOfTheFirstVersion() throws Exception {
        // Given
        outbox.close();
        Path file = folder.resolve("outbox.db");
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(folder.resolve("outbox.db" + suffix));
        }
        OutboxFile.ofTheFirstVersion(file, target("secret"), List.of(line(1), line(2)));

        // When
        open();

        // Then
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(influx.writes().stream().flatMap(write -> write.lines().lines()))
                .containsExactly(line(1), line(2));
    }

    @Test
    void saysWhyADatabaseIsAwayUntilItIsBack() throws Exception {
        // Given
        influx.down();
        WriteAnswer.NotNow failure = new WriteAnswer.NotNow("away", false);
        assertThat(outbox.away(target("secret"))).isEmpty();
        outbox.add(target("secret"), List.of(reading(line(1))), failure);
        assertThat(outbox.away(target("secret"))).isPresent();

        // When
        influx.up();

        // Then
        await().untilAsserted(() -> assertThat(outbox.away(target("secret"))).isEmpty());
    }

    @Test
    void keepsASetAsideReadingOncePerSourceAndReason() throws Exception {
        // When: the same activation is replayed
        for (int i = 0; i < 2; i++) {
            outbox.setAside()
                    .put("activation", "no id", "{}")
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        }

        // Then
        assertThat(outbox.setAside().list(10)).hasSize(1);
        assertThat(metrics.value(Meter.READINGS_SET_ASIDE)).isEqualTo(1);
    }

    @Test
    void dropsTheOldestSetAsideReadingWhenFullAndKeepsTheOthersAcrossARestart() throws Exception {
        // Given
        for (int i = 1; i <= 5; i++) {
            outbox.setAside()
                    .put("a" + i, "reason " + i, "{}")
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        }

        // When
        outbox.close();
        open();

        // Then
        assertThat(outbox.setAside().list(10))
                .extracting(SetAside.Item::reason)
                .containsExactly("reason 5", "reason 4", "reason 3");
    }

    @Test
    void remembersTheWatermarkOfAJobAcrossARestart() throws Exception {
        // Given
        Instant until = Instant.parse("2026-03-01T00:00:00Z");
        outbox.moveWatermark("job", until).toCompletableFuture().get(20, TimeUnit.SECONDS);

        // When
        outbox.close();
        open();

        // Then
        assertThat(outbox.watermark("job")).contains(until);
        assertThat(outbox.watermark("other")).isEmpty();
    }

    private void add(String token, List<String> lines) throws Exception {
        Backlog.Taken taken = outbox.add(
                target(token), lines.stream().map(OutboxTest::reading).toList());
        assertThat(taken.count()).isEqualTo(lines.size());
        taken.durable().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("outbox.db"));
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private InfluxTarget target(String token) {
        return new InfluxTarget(new InfluxBucket(influx.url(), "influxdata", "measure"), token);
    }

    private static Points reading(String line) {
        return new Points(Points.Kind.READING, line, 1);
    }

    private static String line(int time) {
        return "humidity,datacenter_id=1 value=1 " + time;
    }
}
