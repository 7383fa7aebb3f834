package io.fogwhisk.base.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WorkerTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Queue<String> given = new ArrayDeque<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Worker> started = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    @Test
    void takesWhatWasGivenBeforeTheStopAndNothingAfterIt() throws Exception {
        // Given
        Worker worker = new Worker("test", this::takeAll);
        worker.give(() -> given.add("first"));
        worker.give(() -> given.add("second"));

        // When
        worker.stop();
        boolean late = worker.give(() -> given.add("late"));
        start(worker);

        // Then
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(late).isFalse();
        assertThat(taken).containsExactly("first", "second");
    }

    @Test
    void wakesWhenItIsGivenSomething() throws Exception {
        // Given
        Worker worker = new Worker("test", this::takeAll);
        start(worker);

        // When
        boolean accepted = worker.give(() -> given.add("one"));
        worker.stop();

        // Then
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(accepted).isTrue();
        assertThat(taken).containsExactly("one");
    }

    @Test
    void endsAPauseWhenItIsToldToStop() throws Exception {
        // Given
        Worker worker = new Worker("test", () -> {
            own().pause(LONG);
            ended.countDown();
        });
        start(worker);

        // When
        worker.stop();

        // Then
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(worker.isStopping()).isTrue();
    }

    private void start(Worker worker) {
        started.complete(worker);
        worker.start();
    }

    private Worker own() {
        return started.join();
    }

    private void takeAll() throws InterruptedException {
        while (own().take(() -> !given.isEmpty(), () -> taken.add(given.remove()))) {
            assertThat(taken).isNotEmpty();
        }
        ended.countDown();
    }
}
