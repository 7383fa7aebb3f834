package io.fogwhisk.base.lifecycle;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A thread that others hand work to until it is told to stop. What they share is guarded by the worker's lock, under
 * which {@link #give} and {@link #take} call back.
 *
 * <p>Life cycle: {@link #start}, {@link #stop}, {@link #join}, each once; giving is refused after the stop, what was
 * given before can still be taken.
 */
public final class Worker {

    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition given = lock.newCondition();
    private final Condition stopped = lock.newCondition();
    private boolean stopping;

    /**
     * A worker that is not started.
     *
     * @param name of the thread
     * @param work what it does; an interrupt ends it
     */
    public Worker(String name, Work work) {
        Objects.requireNonNull(work, "work is null");
        thread = NamedThreads.single(name).newThread(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** What a worker does from its start to its end. */
    @FunctionalInterface
    public interface Work {

        /** Runs on the worker's thread. */
        void run() throws InterruptedException;
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Tells the thread to stop, and wakes it if it waits. */
    public void stop() {
        lock.lock();
        try {
            stopping = true;
            given.signal();
            stopped.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the thread to end, for a bounded time. */
    public void join(Duration grace) {
        try {
            thread.join(grace.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the thread was told to stop. */
    public boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /** Changes what is shared and wakes the thread; changes nothing and returns false once it was told to stop. */
    public boolean give(Runnable change) {
        lock.lock();
        try {
            if (stopping) {
                return false;
            }
            change.run();
            given.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something, then takes it; false if there is nothing and the thread was told to stop. */
    public boolean take(BooleanSupplier something, Runnable taking) throws InterruptedException {
        lock.lock();
        try {
            while (!something.getAsBoolean()) {
                if (stopping) {
                    return false;
                }
                given.await(1, TimeUnit.SECONDS);
            }
            taking.run();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits, unless told to stop meanwhile. */
    public void pause(Duration wait) throws InterruptedException {
        lock.lock();
        try {
            long left = wait.toNanos();
            while (left > 0 && !stopping) {
                left = stopped.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
