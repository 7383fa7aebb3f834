package io.fogwhisk.feed.alarm;

import io.fogwhisk.base.lifecycle.NamedThreads;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.quartz.spi.ThreadPool;

/**
 * Runs the ticks that are due, in their order. A tick is short, so that one thread does; but Quartz takes as many ticks at a time as it
 * is told there are free threads, so that it is told how many more fires there may be. Public because Quartz calls it by
 * reflection; not for other packages.
 */
public final class AlarmThreads implements ThreadPool {

    /** How many ticks Quartz takes at a time. */
    static final int BATCH = 1_000;

    private static final long FULL_WAIT_NANOS = Duration.ofMillis(5).toNanos();
    private static final int CLOSE_SECONDS = 5;

    private final ThreadPoolExecutor threads;
    private final IntSupplier unanswered;
    private volatile boolean closing;

    /**
     * A thread that is made when it is needed.
     *
     * @param unanswered how many fires wait for their answer now
     */
    AlarmThreads(String name, IntSupplier unanswered) {
        this.unanswered = unanswered;
        threads = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), NamedThreads.single(name));
    }

    @Override
    public boolean runInThread(Runnable tick) {
        if (threads.isShutdown()) {
            return false;
        }
        threads.execute(tick);
        return true;
    }

    /** Bounds the queue: Quartz hands over no more than it was told, before it asks again. */
    @Override
    public int blockForAvailableThreads() {
        while (!closing) {
            int free = BATCH - threads.getQueue().size() - unanswered.getAsInt();
            if (free > 0) {
                return free;
            }
            LockSupport.parkNanos(FULL_WAIT_NANOS);
        }
        return 1;
    }

    /** Lets Quartz go, which waits for room with its shutdown: an OpenWhisk that hangs must not hold that up. */
    void release() {
        closing = true;
    }

    @Override
    public void initialize() {}

    @Override
    public void shutdown(boolean wait) {
        release();
        threads.shutdown();
        try {
            if (wait && !threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int getPoolSize() {
        return BATCH;
    }

    @Override
    public void setInstanceId(String id) {}

    @Override
    public void setInstanceName(String name) {}
}
