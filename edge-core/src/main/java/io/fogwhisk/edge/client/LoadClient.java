package io.fogwhisk.edge.client;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.edge.rpc.EdgeException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A client that sends lambdas at planned times, on one thread per plan. Each thread waits for the answer before it goes
 * on. Closing it ends the threads at once; answers under way do not count then.
 */
public final class LoadClient implements Service {

    private static final Duration GRACE = Duration.ofSeconds(2);

    private final List<ClientThread> threads;
    private final CountDownLatch running;

    /**
     * A client that has not started.
     *
     * @param name of its threads, which are numbered
     * @param plans one per thread
     * @param initialDelay before the time of the plans begins
     * @param timeout of each call
     */
    public LoadClient(String name, List<CallPlan> plans, Duration initialDelay, Duration timeout, CallLog log) {
        Objects.requireNonNull(name, "name is null");
        if (timeout.isZero() || timeout.isNegative()) {
            throw new EdgeException("the timeout of calls must be more than 0, was " + timeout);
        }
        long start = System.nanoTime() + initialDelay.toNanos();
        running = new CountDownLatch(plans.size());
        threads = IntStream.range(0, plans.size())
                .mapToObj(i -> new ClientThread(name + "-" + i, plans.get(i), timeout, log, start, running::countDown))
                .toList();
    }

    @Override
    public void start() {
        threads.forEach(ClientThread::start);
    }

    /** Waits until every plan is done, for a bounded time; true if they are. */
    public boolean await(Duration limit) {
        try {
            return running.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Why a thread ended before its plan was done, if one did. */
    public Optional<EdgeException> failure() {
        return threads.stream().flatMap(thread -> thread.failure().stream()).findFirst();
    }

    @Override
    public void close() {
        threads.forEach(ClientThread::stop);
        threads.forEach(thread -> thread.join(GRACE));
    }
}
