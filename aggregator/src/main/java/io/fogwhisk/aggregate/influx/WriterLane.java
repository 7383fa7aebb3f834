package io.fogwhisk.aggregate.influx;

import io.fogwhisk.base.lifecycle.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes to one target, until it was idle for a minute. The queue, and whether it is busy, are guarded by
 * the worker's lock; everything else belongs to its thread.
 */
final class WriterLane {

    private static final Logger LOG = LoggerFactory.getLogger(WriterLane.class);
    private static final int MAX_POINTS_PER_WRITE = 15_000;
    /** Time that a caller keeps to record its refusal. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private static final Duration MAX_HOLD = Duration.ofSeconds(5);
    private static final Duration MAX_IDLE = Duration.ofMinutes(1);

    private final PointWriter writer;
    private final InfluxTarget target;
    private final SplitWrite<Waiting> requests;
    private final Worker worker;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private volatile Instant lastUsed;
    private boolean busy;

    WriterLane(PointWriter writer, InfluxTarget target, String threadName) {
        this.writer = writer;
        this.target = target;
        this.requests = new SplitWrite<>(
                writer.api(),
                Waiting::points,
                waiting -> writer.settle(waiting, new WriteOutcome.Stored()),
                (waiting, reason) -> writer.settle(waiting, new WriteOutcome.Rejected(reason)));
        this.worker = new Worker(threadName, this::run);
        this.lastUsed = writer.now();
    }

    InfluxTarget target() {
        return target;
    }

    /** When points came last, or were last on their way. */
    Instant lastUsed() {
        return lastUsed;
    }

    void start() {
        worker.start();
    }

    /** Queues points; false if the lane takes nothing any more. */
    boolean add(List<Waiting> waiting) {
        return worker.give(() -> {
            queue.addAll(waiting);
            lastUsed = writer.now();
        });
    }

    /** Takes nothing any more if nothing is on its way; false if something is. */
    boolean endIfIdle() {
        AtomicBoolean ended = new AtomicBoolean();
        boolean running = worker.give(() -> {
            if (queue.isEmpty() && !busy) {
                worker.stop();
                ended.set(true);
            }
        });
        return ended.get() || !running;
    }

    void stop() {
        worker.stop();
    }

    void join(Duration grace) {
        worker.join(grace);
    }

    private void run() throws InterruptedException {
        List<Waiting> batch = new ArrayList<>();
        try {
            while (worker.take(this::hasNext, () -> fill(batch)) && !batch.isEmpty()) {
                deliver(batch);
                batch.clear();
                lastUsed = writer.now();
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("bucket", target).log("point writer failed");
        } finally {
            stop();
            batch.addAll(queue);
            batch.stream()
                    .filter(waiting -> !waiting.isSettled())
                    .forEach(waiting ->
                            writer.settle(waiting, new WriteOutcome.Refused("the writer of " + target + " stopped")));
            writer.ended(this);
        }
    }

    /** Whether there is something to write, or nothing for so long that the thread can end. */
    private boolean hasNext() {
        busy = false;
        return !queue.isEmpty() || !writer.now().isBefore(lastUsed.plus(MAX_IDLE));
    }

    /** Takes what there is, up to one request; if there is nothing, it takes nothing any more. */
    private void fill(List<Waiting> batch) {
        busy = !queue.isEmpty();
        if (!busy) {
            worker.stop();
        }
        int points = 0;
        Waiting next;
        while ((next = queue.peek()) != null
                && (batch.isEmpty() || points + next.points().count() <= MAX_POINTS_PER_WRITE)) {
            points += next.points().count();
            batch.add(queue.remove());
        }
    }

    /** Brings every caller of the batch to an outcome. */
    private void deliver(List<Waiting> batch) throws InterruptedException {
        Optional<WriteAnswer.NotNow> away = writer.backlog().away(target);
        if (away.isPresent()) {
            handOver(batch, away.get());
        }
        long start = System.nanoTime();
        int failures = 0;
        while (!batch.isEmpty()) {
            SplitWrite.Progress progress = requests.write(target, batch);
            batch.subList(0, progress.decided()).clear();
            WriteAnswer.NotNow failure = progress.failure();
            if (failure == null) {
                return;
            }
            failures++;
            long left = writer.config().patience().toNanos() - (System.nanoTime() - start);
            long asked = failure.retryAfter().orElse(Duration.ZERO).toNanos();
            if (failure.configuration() || left <= asked || worker.isStopping()) {
                handOver(batch, failure);
                refuseLate(batch, failure);
            }
            if (!batch.isEmpty()) {
                long wait = writer.config()
                        .retry()
                        .after(failures, ThreadLocalRandom.current()::nextDouble)
                        .toNanos();
                // Whoever is held because the outbox is full must still hear of it before its deadline.
                long kept = Math.min(asked, MAX_HOLD.toNanos());
                worker.pause(Duration.ofNanos(Math.max(kept, left > 0 ? Math.min(wait, left) : wait)));
            }
        }
    }

    /** Moves to the backlog what it takes; those it takes leave the batch. */
    private void handOver(List<Waiting> batch, WriteAnswer.NotNow failure) {
        Backlog.Taken taken =
                writer.backlog().add(target, batch.stream().map(Waiting::points).toList(), failure);
        List<Waiting> moved = List.copyOf(batch.subList(0, taken.count()));
        batch.subList(0, taken.count()).clear();
        taken.durable().whenComplete((done, error) -> {
            WriteOutcome outcome = error == null
                    ? new WriteOutcome.Queued(failure)
                    : new WriteOutcome.Refused(failure.reason() + "; and the outbox failed: " + error.getMessage());
            moved.forEach(waiting -> writer.settle(waiting, outcome));
        });
    }

    private void refuseLate(List<Waiting> batch, WriteAnswer.NotNow failure) {
        Instant late = writer.now().plus(MARGIN);
        boolean all = worker.isStopping();
        batch.removeIf(waiting -> {
            boolean refused = all || waiting.deadline().isBefore(late);
            if (refused) {
                writer.settle(waiting, new WriteOutcome.Refused(failure.reason() + "; and the outbox is full"));
            }
            return refused;
        });
    }
}
