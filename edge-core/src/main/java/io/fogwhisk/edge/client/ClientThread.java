package io.fogwhisk.edge.client;

import io.fogwhisk.base.lifecycle.Worker;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.RunAnswer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One thread of a client: sends what its plan says, one request after the answer to the other. */
final class ClientThread {

    // The access ends a call by itself; this is for one that does not.
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final CallPlan plan;
    private final Duration timeout;
    private final CallLog log;
    private final Runnable ended;
    private final Worker worker;
    private final long start;
    private volatile @Nullable CompletableFuture<RunAnswer> underWay;
    private volatile @Nullable EdgeException failure;

    /**
     * A thread that has not started.
     *
     * @param start when the client's time begins, by {@link System#nanoTime}
     * @param ended called when there is nothing more to do, on this thread
     */
    ClientThread(String name, CallPlan plan, Duration timeout, CallLog log, long start, Runnable ended) {
        this.plan = Objects.requireNonNull(plan, "plan is null");
        this.timeout = Objects.requireNonNull(timeout, "timeout is null");
        this.log = Objects.requireNonNull(log, "log is null");
        this.ended = Objects.requireNonNull(ended, "ended is null");
        this.start = start;
        this.worker = new Worker(name, this::work);
    }

    void start() {
        worker.start();
    }

    /** Ends the thread without waiting for an answer. */
    void stop() {
        worker.stop();
        CompletableFuture<RunAnswer> call = underWay;
        if (call != null) {
            call.cancel(false);
        }
    }

    void join(Duration grace) {
        worker.join(grace);
    }

    /** What ended the thread before its time. */
    Optional<EdgeException> failure() {
        return Optional.ofNullable(failure);
    }

    private void work() throws InterruptedException {
        try {
            worker.pause(Duration.ofNanos(start - System.nanoTime()));
            Optional<PlannedCall> next = plan.next(now());
            while (next.isPresent() && !worker.isStopping()) {
                if (!send(next.get())) {
                    return;
                }
                next = plan.next(now());
            }
        } catch (EdgeException e) {
            failure = e;
        } finally {
            ended.run();
        }
    }

    private double now() {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Whether there is an answer. */
    private boolean send(PlannedCall call) throws InterruptedException {
        double wait = call.at() - now();
        if (wait > 0) {
            worker.pause(Duration.ofNanos((long) (wait * 1e9)));
        }
        if (worker.isStopping()) {
            return false;
        }
        long sentAt = System.nanoTime();
        CompletableFuture<RunAnswer> answer =
                call.access().ask(call.request(), timeout).toCompletableFuture();
        underWay = answer;
        if (worker.isStopping()) {
            return false;
        }
        try {
            RunAnswer known = answer.get(timeout.plus(SLACK).toMillis(), TimeUnit.MILLISECONDS);
            long answeredAt = System.nanoTime();
            long latency = call.request().dry()
                    ? TimeUnit.MILLISECONDS.toNanos(known.processingMillis())
                    : answeredAt - sentAt;
            log.ended(answeredAt - start, latency, call.request().name(), known);
            plan.answered(known);
            return true;
        } catch (CancellationException e) {
            return false;
        } catch (ExecutionException e) {
            throw new EdgeException("the call of " + call.request().name() + " failed: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new EdgeException("the call of " + call.request().name() + " did not end in time", e);
        }
    }
}
