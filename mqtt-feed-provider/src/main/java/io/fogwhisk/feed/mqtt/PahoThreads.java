package io.fogwhisk.feed.mqtt;

import io.fogwhisk.base.lifecycle.NamedThreads;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of one Paho client, which blocks one each for receiving, sending and calling back, and more to connect and
 * to disconnect. They end with the client.
 */
final class PahoThreads {

    private static final int THREADS = 8;
    private static final int IDLE_SECONDS = 5;

    private final ScheduledThreadPoolExecutor pool;

    PahoThreads(String clientId) {
        pool = new ScheduledThreadPoolExecutor(
                THREADS, NamedThreads.pool(clientId + "-paho"), new ThreadPoolExecutor.DiscardPolicy());
        pool.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        pool.allowCoreThreadTimeOut(true);
        pool.setRemoveOnCancelPolicy(true);
    }

    ScheduledExecutorService pool() {
        return pool;
    }

    /** Runs the client's end, which may wait, and ends the threads. */
    void end(Runnable last) {
        try {
            pool.execute(() -> {
                try {
                    last.run();
                } finally {
                    pool.shutdownNow();
                }
            });
        } catch (RejectedExecutionException e) {
            pool.shutdownNow();
        }
    }
}
