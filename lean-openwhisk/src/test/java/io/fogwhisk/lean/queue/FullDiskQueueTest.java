package io.fogwhisk.lean.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full, with the queue on it. */
class FullDiskQueueTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final int MOST = 5_000;

    @Test
    void refusesInvocationsUntilThereIsRoomAndKeepsWhatItAccepted(@TempDir Path folder) throws Exception {
        try (SmallDisk disk = new SmallDisk(folder, 8)) {
            List<Integer> accepted = new ArrayList<>();
            try (DurableQueue queue = open(disk.folder())) {
                // Given
                disk.fill(2 << 20);
                int next = 0;
                Outcome last;
                do {
                    last = await(queue.accept(invocation(next), stamp -> {}));
                    if (last instanceof Outcome.Accepted) {
                        accepted.add(next);
                    }
                    next++;
                } while (last instanceof Outcome.Accepted && next < MOST);
                assertThat(last).isInstanceOf(Outcome.Unavailable.class);
                assertThat(((Outcome.Unavailable) last).message()).contains("the disk is full, make room");
                assertThat(((Outcome.Unavailable) await(queue.accept(invocation(MOST), stamp -> {}))).message())
                        .contains("the disk is full, make room");

                // When
                disk.free();

                // Then
                assertThat(await(queue.accept(invocation(MOST + 1), stamp -> {})))
                        .isInstanceOf(Outcome.Accepted.class);
                accepted.add(MOST + 1);
                assertThat(queue.depth()).isEqualTo(accepted.size());
                Entry first = queue.take(1, LONG).get(0);
                await(queue.complete(first, List.of(), true));
                accepted.remove(0);
            }
            try (DurableQueue queue = open(disk.folder())) {
                List<Integer> found = new ArrayList<>();
                while (found.size() < accepted.size()) {
                    List<Entry> taken = queue.take(100, LONG);
                    assertThat(taken).isNotEmpty();
                    taken.forEach(entry -> {
                        found.add(entry.invocation().payload().tree().path("n").intValue());
                        await(queue.complete(entry, List.of(), true));
                    });
                }
                assertThat(found).isEqualTo(accepted);
            }
        }
    }

    private static DurableQueue open(Path folder) {
        DurableQueue queue = new DurableQueue(
                new QueueSettings(
                        "test",
                        folder.resolve("queue.db"),
                        Duration.ZERO,
                        100_000,
                        100_000_000,
                        1_000,
                        1 << 20,
                        Duration.ofDays(1)),
                new Metrics(new SimpleMeterRegistry(), "test"),
                Clock.systemUTC());
        queue.start();
        return queue;
    }

    private static Invocation invocation(int number) {
        return new Invocation(
                "guest",
                false,
                QualifiedName.of("guest", "a"),
                JsonObject.parse("{\"n\":" + number + ",\"text\":\"" + "x".repeat(20_000) + "\"}"),
                Origin.INTERNAL);
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
