package io.fogwhisk.influx.retention;

import io.fogwhisk.base.lifecycle.NamedThreads;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.quartz.spi.ThreadPool;

/**
 * The one thread that Quartz's jobs run on. Quartz has a pool of its own, whose threads look only twice a second whether
 * they are to end. Public because Quartz asks for that; not for other packages.
 */
public final class WorkThread implements ThreadPool {

    private static final int CLOSE_SECONDS = 10;
    private static final int LOOK_SECONDS = 1;

    private final ThreadPoolExecutor thread;
    private final Semaphore free = new Semaphore(1);
    private volatile boolean closing;

    /** A thread that is made when it is needed. */
    WorkThread(String name) {
        // No more than one job is handed over at a time, and it may come before the thread is done with the one before.
        thread = new ThreadPoolExecutor(
                1, 1, LOOK_SECONDS, TimeUnit.MINUTES, new ArrayBlockingQueue<>(1), NamedThreads.single(name));
        thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public boolean runInThread(Runnable job) {
        if (closing || !free.tryAcquire()) {
            return false;
        }
        thread.execute(() -> {
            try {
                job.run();
            } finally {
                free.release();
            }
        });
        return true;
    }

    @Override
    public int blockForAvailableThreads() {
        try {
            boolean acquired = false;
            while (!closing && !acquired) {
                acquired = free.tryAcquire(LOOK_SECONDS, TimeUnit.SECONDS);
            }
            if (acquired) {
                free.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 1;
    }

    /** Lets Quartz go, which otherwise waits for a free thread before it ends. */
    void release() {
        closing = true;
    }

    @Override
    public void shutdown(boolean wait) {
        release();
        thread.shutdown();
        try {
            if (wait && !thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void initialize() {}

    @Override
    public int getPoolSize() {
        return 1;
    }

    @Override
    public void setInstanceId(String id) {}

    @Override
    public void setInstanceName(String name) {}
}
