package io.fogwhisk.lean.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableQueueTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(1);

    @TempDir
    Path folder;

    @Test
    void givesEntriesInTheOrderAccepted() throws Exception {
        try (DurableQueue queue = open(folder, 1_000, 1_000)) {
            // When
            accept(queue, 0, 100);
            // Then
            assertThat(numbers(take(queue, 100))).isEqualTo(range(0, 100));
        }
    }

    @Test
    void givesAgainAfterARestartExactlyWhatWasNotCompleted() throws Exception {
        // Given
        List<Stamp> stamps = new ArrayList<>();
        try (DurableQueue queue = open(folder, 1_000, 1_000)) {
            accept(queue, 0, 20);
            List<Entry> taken = take(queue, 20);
            for (Entry entry : taken) {
                stamps.add(entry.stamp());
                if (number(entry) % 3 != 0) {
                    await(queue.complete(entry, List.of(finished(entry)), false));
                }
            }
        }
        // When
        try (DurableQueue queue = open(folder, 1_000, 1_000)) {
            List<Entry> again = take(queue, 7);
            // Then
            assertThat(numbers(again)).containsExactly(0, 3, 6, 9, 12, 15, 18);
            assertThat(again.get(1).stamp()).isEqualTo(stamps.get(3));
            assertThat(queue.take(1, SHORT)).isEmpty();
            assertThat(queue.activations().find("guest", stamps.get(1).id(0))).isPresent();
            assertThat(queue.activations().find("guest", stamps.get(3).id(0))).isEmpty();
        }
    }

    @Test
    void losesNothingWhenTheFilesAreCopiedAsACrashWouldLeaveThem() throws Exception {
        // Given
        Path copy = Files.createDirectory(folder.resolve("copy"));
        int accepted = 300;
        List<Integer> completed = new ArrayList<>();
        try (DurableQueue queue = open(folder, 1_000, 1_000)) {
            accept(queue, 0, accepted);
            for (Entry entry : take(queue, 120)) {
                await(queue.complete(entry, List.of(finished(entry)), false));
                completed.add(number(entry));
            }
            // When
            copyFiles(copy);
        }
        // Then
        try (DurableQueue crashed = open(copy, 1_000, 1_000)) {
            List<Integer> left = numbers(take(crashed, accepted - completed.size()));
            assertThat(left).isEqualTo(range(120, accepted));
            assertThat(crashed.activations().size()).isEqualTo(120);
        }
    }

    @Test
    void holdsNoMoreInMemoryThanAllowedAndReadsTheRestInOrder() throws Exception {
        try (DurableQueue queue = open(folder, 1_000, 10)) {
            // Given
            for (int i = 0; i < 100; i++) {
                accept(queue, i, i + 1);
            }
            List<Integer> seen = new ArrayList<>();
            boolean late = false;
            // When
            while (seen.size() < 101) {
                List<Entry> taken = queue.take(7, LONG);
                assertThat(taken.size()).isBetween(1, 7);
                for (Entry entry : taken) {
                    seen.add(number(entry));
                    await(queue.complete(entry, List.of(finished(entry)), false));
                }
                if (!late && seen.size() > 50) {
                    accept(queue, 100, 101);
                    late = true;
                }
            }
            // Then
            assertThat(seen).isEqualTo(range(0, 101));
        }
    }

    @Test
    void countsWhatIsInMemoryAndLeavesTheRestOnDisk() throws Exception {
        // Given
        ReadyEntries ready = new ReadyEntries(3);
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            entries.add(new Entry(i, new Stamp(i, 0), invocation(i)));
        }
        // When
        ready.committed(entries.subList(0, 2));
        ready.committed(entries.subList(2, 5));
        // Then
        assertThat(ready.weight()).isEqualTo(2);
        assertThat(ready.take(2, SHORT)).hasSize(2);
        assertThat(ready.gap()).isEqualTo(new ReadyEntries.Gap(2, 5, 1));
    }

    @Test
    void givesNothingWhileAsManyAreTakenAsMemoryMayHold() throws Exception {
        try (DurableQueue queue = open(folder, 1_000, 5)) {
            // Given
            for (int i = 0; i < 8; i++) {
                accept(queue, i, i + 1);
            }
            List<Entry> taken = take(queue, 5);
            assertThat(queue.take(5, SHORT)).isEmpty();
            // When
            await(queue.complete(taken.get(0), List.of(finished(taken.get(0))), false));
            // Then
            assertThat(numbers(take(queue, 1))).containsExactly(5);
        }
    }

    @Test
    void holdsFewerEntriesInMemoryWhenTheirPayloadsAreLarge() throws Exception {
        try (DurableQueue queue = open(folder, 1_000, 25)) {
            // Given
            JsonObject large = JsonObject.parse("{\"text\":\"" + "x".repeat(80_000) + "\"}");
            for (int i = 0; i < 6; i++) {
                await(queue.accept(
                        new Invocation("guest", false, QualifiedName.of("guest", "a"), large, Origin.INTERNAL),
                        stamp -> {}));
            }
            // When
            List<Entry> taken = take(queue, 3);
            // Then
            assertThat(queue.take(6, SHORT)).isEmpty();
            for (Entry entry : taken) {
                await(queue.complete(entry, List.of(), false));
            }
            assertThat(take(queue, 3)).extracting(Entry::seq).containsExactly(4L, 5L, 6L);
        }
    }

    @Test
    void refusesWhenFullAndAcceptsAgainWhenThereIsRoom() throws Exception {
        try (DurableQueue queue = open(folder, 3, 10)) {
            // Given
            accept(queue, 0, 3);
            // When
            Outcome refused = await(queue.accept(invocation(3), stamp -> {}));
            Entry first = queue.take(1, LONG).get(0);
            await(queue.complete(first, List.of(finished(first)), false));
            Outcome accepted = await(queue.accept(invocation(4), stamp -> {}));
            // Then
            assertThat(refused)
                    .isEqualTo(new Outcome.Unavailable(429, "the queue of OpenWhisk test is full (3 entries)"));
            assertThat(accepted).isInstanceOf(Outcome.Accepted.class);
            assertThat(queue.depth()).isEqualTo(3);
        }
    }

    @Test
    void neverGivesAStampTwiceEvenWhenTheClockGoesBackBetweenTwoLives() throws Exception {
        // Given
        List<Long> nanos = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        Instant now = Instant.parse("2026-11-20T12:00:00Z");
        for (int life = 0; life < 3; life++) {
            Clock clock = Clock.fixed(now.minusSeconds(life * 60L), ZoneOffset.UTC);
            try (DurableQueue queue = open(folder, 1_000, 100, clock)) {
                // When
                for (int i = 0; i < 5; i++) {
                    await(queue.accept(invocation(i), stamp -> {
                        nanos.add(stamp.nanos());
                        ids.add(stamp.id(0).hex());
                    }));
                }
                for (Entry entry : take(queue, 5)) {
                    await(queue.complete(entry, List.of(finished(entry)), false));
                }
            }
        }
        // Then
        assertThat(nanos).hasSize(15);
        for (int i = 1; i < nanos.size(); i++) {
            assertThat(nanos.get(i) - nanos.get(i - 1)).isGreaterThanOrEqualTo(10_000);
        }
        assertThat(ids).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void ordersTheIdsOfAnEntryByItsActivations() {
        // Given
        Stamp stamp = new Stamp(1_795_168_318_926_123_456L, (1L << 48) - 1);
        // When
        ActivationId second = stamp.id(1);
        // Then
        assertThat(second.hex())
                .isGreaterThan(stamp.id(0).hex())
                .isLessThan(stamp.id(4_095).hex());
        assertThat(Stamp.nanosOf(second)).isEqualTo(stamp.nanos());
        assertThat(Stamp.indexOf(second)).isEqualTo(1);
        assertThat(new HashSet<>(List.of(stamp.id(0), stamp.id(1), stamp.id(0))))
                .hasSize(2);
    }

    @Test
    void keepsTheNewestRecordsAndDeletesTheOldest() throws Exception {
        QueueSettings settings = new QueueSettings(
                "test", folder.resolve("queue.db"), Duration.ZERO, 1_000, 100, 10, 1L << 30, Duration.ofDays(1));
        try (DurableQueue queue = start(new DurableQueue(settings, metrics(), Clock.systemUTC()))) {
            // Given
            accept(queue, 0, 50);
            List<Entry> entries = take(queue, 50);
            for (Entry entry : entries) {
                await(queue.complete(entry, List.of(finished(entry)), false));
            }
            // When
            queue.activations().trim();
            // Then
            Awaitility.await().until(() -> queue.activations().size() == 10);
            assertThat(queue.activations().find("guest", entries.get(39).stamp().id(0)))
                    .isEmpty();
            assertThat(queue.activations().find("guest", entries.get(40).stamp().id(0)))
                    .isPresent();
        }
    }

    @Test
    void deletesRecordsThatAreTooOld() throws Exception {
        // Given
        Instant now = Instant.parse("2026-11-20T12:00:00Z");
        try (DurableQueue queue = open(folder, 1_000, 100, Clock.fixed(now.minusSeconds(90_000), ZoneOffset.UTC))) {
            accept(queue, 0, 3);
            for (Entry entry : take(queue, 3)) {
                await(queue.complete(entry, List.of(finished(entry)), false));
            }
        }
        try (DurableQueue queue = open(folder, 1_000, 100, Clock.fixed(now, ZoneOffset.UTC))) {
            accept(queue, 3, 4);
            Entry young = take(queue, 1).get(0);
            await(queue.complete(young, List.of(finished(young)), false));
            // When
            queue.activations().trim();
            // Then
            Awaitility.await().until(() -> queue.activations().size() == 1);
            assertThat(queue.activations().find("guest", young.stamp().id(0))).isPresent();
        }
    }

    @Test
    void acceptsNothingAfterItWasClosed() throws Exception {
        // Given
        DurableQueue queue = open(folder, 1_000, 100);
        queue.close();
        // When
        Outcome outcome = await(queue.accept(invocation(1), stamp -> {}));
        // Then
        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
    }

    private static DurableQueue open(Path folder, int maxQueued, int maxInMemory) {
        return open(folder, maxQueued, maxInMemory, Clock.systemUTC());
    }

    private static DurableQueue open(Path folder, int maxQueued, int maxInMemory, Clock clock) {
        QueueSettings settings = new QueueSettings(
                "test",
                folder.resolve("queue.db"),
                Duration.ZERO,
                maxQueued,
                maxInMemory,
                100_000,
                1L << 30,
                Duration.ofDays(1));
        return start(new DurableQueue(settings, metrics(), clock));
    }

    private static DurableQueue start(DurableQueue queue) {
        queue.start();
        return queue;
    }

    private static Metrics metrics() {
        return new Metrics(new SimpleMeterRegistry(), "test");
    }

    private void copyFiles(Path into) throws IOException {
        for (String name : List.of("queue.db", "queue.db-wal")) {
            Files.copy(folder.resolve(name), into.resolve(name));
        }
    }

    private static void accept(DurableQueue queue, int from, int to) {
        List<CompletionStage<Outcome>> accepted = new ArrayList<>();
        for (int i = from; i < to; i++) {
            accepted.add(queue.accept(invocation(i), stamp -> {}));
        }
        accepted.forEach(stage -> assertThat(await(stage)).isInstanceOf(Outcome.Accepted.class));
    }

    private static Invocation invocation(int number) {
        return new Invocation(
                "guest",
                false,
                QualifiedName.of("guest", "a"),
                JsonObject.parse("{\"n\":" + number + "}"),
                Origin.INTERNAL);
    }

    private static List<Entry> take(DurableQueue queue, int count) throws InterruptedException {
        List<Entry> taken = new ArrayList<>();
        while (taken.size() < count) {
            List<Entry> next = queue.take(count - taken.size(), LONG);
            assertThat(next).isNotEmpty();
            taken.addAll(next);
        }
        return taken;
    }

    private static Finished finished(Entry entry) {
        Activation activation = new Activation(
                entry.stamp().id(0),
                "guest",
                "a",
                "0.0.1",
                "guest",
                entry.stamp().millis(),
                OptionalLong.of(entry.stamp().millis()),
                Optional.empty(),
                List.of(),
                List.of(),
                ActivationStatus.SUCCESS,
                entry.invocation().payload().tree());
        return new Finished(activation, "a", entry.invocation().payload().text());
    }

    private static int number(Entry entry) {
        return entry.invocation().payload().tree().path("n").intValue();
    }

    private static List<Integer> numbers(List<Entry> entries) {
        return entries.stream().map(DurableQueueTest::number).toList();
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
