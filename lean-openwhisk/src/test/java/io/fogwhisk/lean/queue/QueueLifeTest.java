package io.fogwhisk.lean.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueLifeTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final long GIGABYTE = 1L << 30;

    @TempDir
    Path folder;

    @Test
    void opensAFileOfTheFirstVersionWithWhatItHolds() throws Exception {
        // Given
        long nanos = 1_795_168_318_926_123_456L;
        ActivationId id = new Stamp(nanos, 7).id(0);
        Database old = Database.open(folder.resolve("queue.db"), QueueStatements.MIGRATIONS.subList(0, 1));
        try (Connection connection = old.openWriter();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "insert into entry values(5, " + (nanos + 1) + ", 7, 'guest', 0, '/guest/a', '{\"n\":1}')");
            statement.executeUpdate("insert into activation values(" + nanos
                    + ", 0, 'guest', 1795168318926, 'a', '{\"activationId\":\"" + id
                    + "\",\"response\":{\"status\":\"application error\"}}')");
            statement.executeUpdate("update mark set activations = 1, nanos = " + (nanos + 1));
            connection.commit();
        }
        // When
        try (DurableQueue queue = open(folder, GIGABYTE)) {
            // Then
            assertThat(queue.depth()).isEqualTo(1);
            Entry entry = queue.take(1, LONG).get(0);
            assertThat(entry.invocation().origin()).isEqualTo(Origin.INTERNAL);
            assertThat(queue.suspect(entry)).isFalse();
            assertThat(queue.activations().find("guest", id)).isPresent();
            assertThat(queue.activations().count(query(Optional.of(ActivationStatus.APPLICATION_ERROR))))
                    .isEqualTo(1);
            assertThat(queue.activations().count(query(Optional.of(ActivationStatus.SUCCESS))))
                    .isZero();
        }
    }

    @Test
    void keepsWhatLedToAnInvocationThroughARestart() throws Exception {
        // Given
        Origin origin = new Origin(
                "request-1", Optional.of(JsonObject.parse("{\"host\":\"here\"}")), Optional.of(new Stamp(5, 7).id(0)));
        try (DurableQueue queue = open(folder, GIGABYTE)) {
            await(queue.accept(invocation(1, origin), stamp -> {}));
        }
        // When
        try (DurableQueue queue = open(folder, GIGABYTE)) {
            // Then
            assertThat(queue.take(1, LONG).get(0).invocation().origin()).isEqualTo(origin);
        }
    }

    @Test
    void countsTheStartsOfAnEntryOnlyInLivesThatFollowACrash() throws Exception {
        // Given
        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (DurableQueue queue = open(folder, GIGABYTE)) {
            await(queue.accept(invocation(1, Origin.INTERNAL), stamp -> {}));
            for (String name : List.of("queue.db", "queue.db-wal")) {
                Files.copy(folder.resolve(name), copy.resolve(name));
            }
        }
        // When
        boolean suspectAfterClose;
        try (DurableQueue queue = open(folder, GIGABYTE)) {
            suspectAfterClose = queue.suspect(queue.take(1, LONG).get(0));
        }
        Entry crashed;
        boolean suspectAfterCrash;
        boolean suspectIfNew;
        try (DurableQueue queue = open(copy, GIGABYTE)) {
            crashed = queue.take(1, LONG).get(0);
            suspectAfterCrash = queue.suspect(crashed);
            queue.attempt(List.of(crashed));
            await(queue.accept(invocation(2, Origin.INTERNAL), stamp -> {}));
            suspectIfNew = queue.suspect(queue.take(1, LONG).get(0));
        }
        // Then
        assertThat(suspectAfterClose).isFalse();
        assertThat(suspectAfterCrash).isTrue();
        assertThat(suspectIfNew).isFalse();
        assertThat(crashed.attempts()).isZero();
        try (DurableQueue queue = open(copy, GIGABYTE)) {
            assertThat(queue.take(1, LONG).get(0).attempts()).isEqualTo(1);
        }
    }

    @Test
    void findsWhatWaitsByItsIdAmongMany() {
        try (DurableQueue queue = open(folder, GIGABYTE)) {
            // Given
            List<ActivationId> ids = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                await(queue.accept(invocation(i, Origin.INTERNAL), stamp -> ids.add(stamp.id(0))));
            }
            Entry kept = await(queue.keep(queue.unqueued(invocation(100, Origin.INTERNAL))));
            ids.add(kept.stamp().id(0));
            // When
            List<Integer> found = ids.stream()
                    .map(id -> queue.activations().queued("guest", id).orElseThrow())
                    .map(QueueLifeTest::number)
                    .toList();
            // Then
            assertThat(found).startsWith(0, 1, 2).endsWith(99, 100).hasSize(101);
            assertThat(queue.activations().queued("other", ids.get(3))).isEmpty();
        }
    }

    @Test
    void neitherTakesNorLosesWhatWasKeptWhileItRan() throws Exception {
        // Given
        Entry kept;
        Entry done;
        try (DurableQueue queue = open(folder, GIGABYTE)) {
            await(queue.accept(invocation(1, Origin.INTERNAL), stamp -> {}));
            kept = await(queue.keep(queue.unqueued(invocation(2, Origin.INTERNAL))));
            done = await(queue.keep(queue.unqueued(invocation(3, Origin.INTERNAL))));
            // When
            await(queue.complete(done, List.of(finished(done)), true));
            List<Entry> taken = queue.take(10, LONG);
            // Then
            assertThat(taken).extracting(QueueLifeTest::number).containsExactly(1);
            assertThat(queue.take(10, Duration.ofMillis(1))).isEmpty();
            assertThat(queue.depth()).isEqualTo(2);
        }
        try (DurableQueue queue = open(folder, GIGABYTE)) {
            List<Entry> again = queue.take(10, LONG);
            assertThat(again).extracting(QueueLifeTest::number).containsExactly(2, 1);
            assertThat(again.get(0).stamp()).isEqualTo(kept.stamp());
            assertThat(queue.activations().find("guest", done.stamp().id(0))).isPresent();
        }
    }

    @Test
    void keepsTheRecordsWithinTheirBytesAndTheFileReusesItsPages() throws Exception {
        int records = 40_000;
        long bytes = 1_000_000;
        long sizeBefore = 0;
        try (DurableQueue queue = open(folder, bytes)) {
            // When
            for (int i = 0; i < records; i += 1_000) {
                List<CompletionStage<Void>> stored = new ArrayList<>();
                for (int k = 0; k < 1_000; k++) {
                    Entry entry = queue.unqueued(invocation(i + k, Origin.INTERNAL));
                    stored.add(queue.complete(entry, List.of(finished(entry)), false));
                }
                stored.forEach(QueueLifeTest::await);
                Awaitility.await().until(() -> {
                    queue.activations().trim();
                    return queue.activations().bytes() <= bytes;
                });
                sizeBefore = i == records / 4 ? Files.size(folder.resolve("queue.db")) : sizeBefore;
            }
            // Then
            assertThat(queue.activations().size()).isBetween(1_000L, 6_000L);
            assertThat(Files.size(folder.resolve("queue.db"))).isLessThan(sizeBefore * 3 / 2);
        }
    }

    private static DurableQueue open(Path folder, long bytesKept) {
        QueueSettings settings = new QueueSettings(
                "test", folder.resolve("queue.db"), Duration.ZERO, 1_000, 100, 100_000, bytesKept, Duration.ofDays(1));
        DurableQueue queue =
                new DurableQueue(settings, new Metrics(new SimpleMeterRegistry(), "test"), Clock.systemUTC());
        queue.start();
        return queue;
    }

    private static ActivationLog.Query query(Optional<ActivationStatus> status) {
        return new ActivationLog.Query("guest", Optional.empty(), 0, Long.MAX_VALUE, status, 0, 10);
    }

    private static Invocation invocation(int number, Origin origin) {
        return new Invocation(
                "guest", false, QualifiedName.of("guest", "a"), JsonObject.parse("{\"n\":" + number + "}"), origin);
    }

    private static int number(Entry entry) {
        return entry.invocation().payload().tree().path("n").intValue();
    }

    private static Finished finished(Entry entry) {
        long millis = entry.stamp().millis();
        JsonObject result = entry.invocation().payload();
        Activation activation = new Activation(
                entry.stamp().id(0),
                "guest",
                "a",
                "0.0.1",
                "guest",
                millis,
                OptionalLong.of(millis),
                Optional.empty(),
                List.of(),
                List.of(),
                ActivationStatus.SUCCESS,
                result.tree());
        return new Finished(activation, "a", result.text());
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
