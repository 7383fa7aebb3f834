package io.fogwhisk.aggregate.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.aggregate.HttpInflux;
import io.fogwhisk.aggregate.ManualClock;
import io.fogwhisk.aggregate.influx.Backlog;
import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.base.metrics.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which database it is that entries wait for. */
class OutboxTargetsTest {

    private final HttpInflux influx = new HttpInflux();
    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock("2026-03-01T00:00:00Z");
    private Outbox outbox;

    @BeforeEach
    void open() {
        outbox = outbox();
        outbox.start();
    }

    private Outbox outbox() {
        return new Outbox(
                PromptOutbox.config(folder, new OutboxConfig.Bounds(10_000, 1 << 20, Duration.ZERO, 3)),
                metrics,
                clock);
    }

    @AfterEach
    void close() {
        influx.release();
        outbox.close();
        influx.close();
    }

    @Test
    void keepsDatabasesApartThoughAnEarlierOneIsForgotten() throws Exception {
        // Given: a file whose second database of three is gone
        influx.down();
        add(target("", "a"), 1);
        add(target("", "b"), 2);
        add(target("", "c"), 3);
        outbox.close();
        sql("delete from database where id=2");
        sql("delete from parcel where target=2");
        open();

        // When
        add(target("", "d"), 4);
        outbox.close();
        influx.up();
        open();

        // Then
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(influx.points("a")).hasSize(1);
        assertThat(influx.points("c")).hasSize(1);
        assertThat(influx.points("d")).hasSize(1);
    }

    @Test
    void namesNothingThatIsOnlyLookedAt() throws Exception {
        // Given
        influx.down();
        add(target("", "a"), 1);

        // When
        outbox.away(target("central", "a"));

        // Then
        add(target("", "a"), 2);
        assertThat(outbox.backlog()).singleElement().satisfies(each -> {
            assertThat(each.name()).isEmpty();
            assertThat(each.entries()).isEqualTo(2);
        });
    }

    @Test
    void leavesWhatWaitsForAnAddressToThoseThatKnowItsToken() throws Exception {
        // Given
        influx.down();
        add(target("", "a"), 1);

        // When
        add(new InfluxTarget("central", target("", "a").bucket(), "guessed"), 2);

        // Then
        assertThat(outbox.backlog()).extracting(Backlogged::name).containsExactlyInAnyOrder("", "central");
    }

    @Test
    void deliversNothingToWhereALocatedDatabaseWas() throws Exception {
        try (HttpInflux former = new HttpInflux()) {
            // Given
            InfluxTarget there = new InfluxTarget("central", new InfluxBucket(former.url(), "influxdata", "a"), "old");
            former.down();
            add(there, 1);
            outbox.close();
            former.up();

            // When: it is located elsewhere, and a caller still names its former address
            outbox = outbox();
            outbox.locate(target("central", "a"));
            outbox.start();
            add(there, 2);

            // Then
            await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
            assertThat(influx.points("a")).hasSize(2);
            assertThat(former.writes()).isEmpty();
        }
    }

    @Test
    void takesTheNamesOfAFormerVersionForThoseOfTheGuest() throws Exception {
        // Given
        influx.down();
        add(target("central", "a"), 1);
        outbox.close();
        sql("alter table database drop column namespace");
        sql("pragma user_version=2");

        // When
        open();

        // Then
        assertThat(outbox.backlog()).extracting(Backlogged::name).containsExactly("guest/central");
    }

    @Test
    void takesAddressesOfAFormerVersionForThoseOfTheGuest() throws Exception {
        // Given
        influx.down();
        add(target("", "a"), 1);
        add(target("other/central", "b"), 1);
        outbox.close();
        sql("alter table database drop column namespace");
        sql("pragma user_version=3");
        open();

        // When
        add(new InfluxTarget("guest", "", target("", "a").bucket(), "secret"), 2);
        add(new InfluxTarget("other", "", target("", "a").bucket(), "secret"), 3);

        // Then
        assertThat(outbox.backlog())
                .extracting(each -> each.namespace() + " " + each.name() + " " + each.entries())
                .containsExactlyInAnyOrder("guest  2", "other other/central 1", "other  1");
    }

    @Test
    void deliversWhatOneNamespaceWritesThoughTheTokenOfAnotherIsWrong() throws Exception {
        // Given: two that know the same bucket by its address
        influx.refuseToken("wrong");
        influx.down();
        InfluxBucket bucket = target("", "a").bucket();
        add(new InfluxTarget("guest", "", bucket, "secret"), 1);
        add(new InfluxTarget("other", "", bucket, "wrong"), 2);

        // When
        influx.up();

        // Then
        await().untilAsserted(() -> assertThat(influx.points("a")).hasSize(1));
        await().untilAsserted(() -> assertThat(outbox.depth()).isEqualTo(1));
        assertThat(outbox.away(new InfluxTarget("guest", "", bucket, "secret"))).isEmpty();
        assertThat(outbox.away(new InfluxTarget("other", "", bucket, "wrong"))).isPresent();

        // And: what is right at last is delivered
        add(new InfluxTarget("other", "", bucket, "secret"), 3);
        await().untilAsserted(() -> assertThat(influx.points("a")).hasSize(3));
    }

    @Test
    void keepsTheOrderOfPointsThatComeWithAndWithoutTheName() throws Exception {
        // Given
        influx.down();
        InfluxTarget named = target("guest/central", "a");
        add(named, 1);

        // When
        assertThat(outbox.away(named.unnamed())).isPresent();
        add(named.unnamed(), 2);
        add(named, 3);
        outbox.close();
        open();
        add(named.unnamed(), 4);

        // Then
        assertThat(outbox.backlog()).singleElement().satisfies(each -> {
            assertThat(each.name()).isEqualTo("guest/central");
            assertThat(each.entries()).isEqualTo(4);
        });
        influx.up();
        await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
        assertThat(outbox.away(named.unnamed())).isEmpty();
        assertThat(influx.writes().stream()
                        .flatMap(write -> write.lines().lines())
                        .distinct())
                .containsExactly(line(1), line(2), line(3), line(4));
    }

    @Test
    void lendsTheNameAndTokenOfADatabaseToNobodyWhoDoesNotKnowTheToken() throws Exception {
        // Given
        influx.down();
        InfluxTarget named = target("guest/central", "a");
        add(named, 1);

        // When
        InfluxTarget guessed = named.unnamed().withToken("guessed");
        add(guessed, 2);
        add(new InfluxTarget("other", "", named.bucket(), named.token()), 3);

        // Then
        assertThat(outbox.backlog())
                .extracting(each -> each.namespace() + " " + each.name() + " " + each.entries())
                .containsExactlyInAnyOrder("guest guest/central 1", "guest  1", "other  1");
    }

    @Test
    void forgetsDatabasesThatNothingWaitsForWhenMoreComeThanItKnows() throws Exception {
        // Given: one that points wait for, and more than it can know at a time
        try (HttpInflux away = new HttpInflux()) {
            away.down();
            add(new InfluxTarget("guest/away", new InfluxBucket(away.url(), "influxdata", "a"), "secret"), 1);
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 100; i++) {
                    add(target("", "b" + i), round);
                    await().pollInterval(Duration.ofMillis(1)).until(() -> outbox.depth() == 1);
                }
            }
            assertThat(outbox.backlog()).hasSizeLessThanOrEqualTo(64);

            // When
            outbox.close();
            away.up();
            open();

            // Then
            await().untilAsserted(() -> assertThat(outbox.depth()).isZero());
            assertThat(outbox.backlog()).hasSizeLessThanOrEqualTo(64);
            assertThat(away.points("a")).hasSize(1);
            for (int i = 0; i < 100; i++) {
                assertThat(influx.points("b" + i)).hasSize(2);
            }
        }
    }

    private static String line(int time) {
        return "humidity,datacenter_id=1 value=1 " + time;
    }

    private void add(InfluxTarget target, int time) throws Exception {
        Backlog.Taken taken = outbox.add(target, List.of(new Points(Points.Kind.READING, line(time), 1)));
        assertThat(taken.count()).isEqualTo(1);
        taken.durable().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("outbox.db"));
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private InfluxTarget target(String name, String bucket) {
        return new InfluxTarget(name, new InfluxBucket(influx.url(), "influxdata", bucket), "secret");
    }
}
