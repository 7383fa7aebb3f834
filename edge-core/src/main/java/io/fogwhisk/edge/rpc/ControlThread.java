package io.fogwhisk.edge.rpc;

import io.fogwhisk.base.lifecycle.NamedThreads;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a site on which the edge domain's control work runs: announcements, leases, commands. Tasks are
 * short and never block. What is handed over after the close is dropped. Thread-safe.
 */
public final class ControlThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlThread.class);

    private final ScheduledThreadPoolExecutor executor;

    ControlThread(String name) {
        executor = new ScheduledThreadPoolExecutor(1, NamedThreads.single(name));
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs a task soon. */
    public void execute(Runnable task) {
        after(Duration.ZERO, task);
    }

    /** Runs a task after a delay. */
    public Timer after(Duration delay, Runnable task) {
        try {
            var future = executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("control task dropped after close");
            return () -> {};
        }
    }

    /** Runs a task after each period. */
    public Timer every(Duration period, Runnable task) {
        try {
            long nanos = period.toNanos();
            var future = executor.scheduleWithFixedDelay(guarded(task), nanos, nanos, TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("control task dropped after close");
            return () -> {};
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("control task failed");
            }
        };
    }

    /** A task that has not run yet, or that runs again and again; closing it ends that. */
    @FunctionalInterface
    public interface Timer extends AutoCloseable {
        @Override
        void close();
    }
}
