package io.fogwhisk.aggregate.influx;

import io.fogwhisk.aggregate.influx.PointWriter.Waiting;
import io.fogwhisk.base.lifecycle.NamedThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that writes to one target. The queue is guarded by the lock; everything else belongs to the thread. */
final class WriterLane {

    private static final Logger LOG = LoggerFactory.getLogger(WriterLane.class);
    private static final int MAX_POINTS_PER_WRITE = 5_000;
    /** Time that a caller keeps to record its refusal. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final PointWriter writer;
    private final InfluxTarget target;
    private final SplitWrite<Waiting> requests;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private boolean stopping;

    WriterLane(PointWriter writer, InfluxTarget target, String threadName) {
        this.writer = writer;
        this.target = target;
        this.requests = new SplitWrite<>(
                writer.api(),
                Waiting::points,
                waiting -> writer.settle(waiting, new WriteOutcome.Stored()),
                (waiting, reason) -> writer.settle(waiting, new WriteOutcome.Rejected(reason)));
        this.thread = NamedThreads.single(threadName).newThread(this::run);
    }

    void start() {
        thread.start();
    }

    /** Queues points; false if the lane takes nothing any more. */
    boolean add(Waiting waiting) {
        lock.lock();
        try {
            if (stopping) {
                return false;
            }
            queue.add(waiting);
            if (queue.size() == 1) {
                changed.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopping = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void join(Duration grace) {
        try {
            thread.join(grace.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        try {
            while (take(batch)) {
                deliver(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("bucket", target).log("point writer failed");
        } finally {
            stop();
            batch.addAll(queue);
            batch.stream()
                    .filter(waiting -> !waiting.outcome().isDone())
                    .forEach(waiting ->
                            writer.settle(waiting, new WriteOutcome.Refused("the writer of " + target + " stopped")));
        }
    }

    /** Waits for points and takes what there is, up to one request; false when stopped and empty. */
    private boolean take(List<Waiting> batch) throws InterruptedException {
        lock.lock();
        try {
            while (queue.isEmpty()) {
                if (stopping) {
                    return false;
                }
                changed.await(1, TimeUnit.SECONDS);
            }
            int points = 0;
            Waiting next;
            while ((next = queue.peek()) != null
                    && (batch.isEmpty() || points + next.points().count() <= MAX_POINTS_PER_WRITE)) {
                points += next.points().count();
                batch.add(queue.remove());
            }
            return true;
        } finally {
            lock.unlock();
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
            if (failure.configuration() || left <= 0 || isStopping()) {
                handOver(batch, failure);
                refuseLate(batch, failure);
            }
            if (!batch.isEmpty()) {
                long wait = writer.config()
                        .retry()
                        .after(failures, ThreadLocalRandom.current()::nextDouble)
                        .toNanos();
                pause(left > 0 ? Math.min(wait, left) : wait);
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
        boolean all = isStopping();
        batch.removeIf(waiting -> {
            boolean refused = all || waiting.deadline().isBefore(late);
            if (refused) {
                writer.settle(waiting, new WriteOutcome.Refused(failure.reason() + "; and the outbox is full"));
            }
            return refused;
        });
    }

    private boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /** Waits, unless told to stop meanwhile. */
    private void pause(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !stopping) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
