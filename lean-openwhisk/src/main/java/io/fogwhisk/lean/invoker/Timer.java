package io.fogwhisk.lean.invoker;

import io.fogwhisk.base.lifecycle.NamedThreads;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs short tasks when they are due, on one thread of its own; a task that fails is logged and does not end the
 * others. Thread-safe.
 */
public final class Timer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Timer.class);

    private final ScheduledThreadPoolExecutor executor;

    /** A timer; its thread starts with the first task. */
    public Timer(String thread) {
        executor = new ScheduledThreadPoolExecutor(1, NamedThreads.single(thread));
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    /** Runs a task again and again, with a pause between. */
    @SuppressWarnings("FutureReturnValueIgnored") // a guarded task does not fail
    public void every(Duration pause, Runnable task) {
        executor.scheduleWithFixedDelay(guarded(task), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Runs a task once; after the close it never runs.
     *
     * @return cancels it
     */
    public Runnable after(Duration wait, Runnable task) {
        try {
            var scheduled = executor.schedule(guarded(task), wait.toMillis(), TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            return () -> {};
        }
    }

    /** Ends the thread; what is not due yet is forgotten. */
    @Override
    public void close() {
        executor.shutdown();
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("timed task failed");
            }
        };
    }
}
