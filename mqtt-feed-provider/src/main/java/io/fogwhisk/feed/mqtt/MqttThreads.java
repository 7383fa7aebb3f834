package io.fogwhisk.feed.mqtt;

import io.fogwhisk.base.lifecycle.NamedThreads;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that the connections of a provider share: one talks to the brokers, hands on what there is room for and
 * waits only in moments, one keeps the connections, and one for each namespace hands on the rest and waits when there is
 * too much, so that a namespace that may not go on keeps no other waiting. A library that blocks threads brings its own
 * for the first.
 */
final class MqttThreads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MqttThreads.class);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Executor network;
    private final Executor heralds;
    private final ThreadFactory dispatchers;
    // As many as there were namespaces with feeds.
    private final Map<String, ExecutorService> dispatch = new ConcurrentHashMap<>();
    private final ScheduledExecutorService control;
    private final Floods floods = new Floods(Floods.bytesForHeap());
    private volatile boolean stopped;

    MqttThreads(String name) {
        // The client library runs its event loop as one endless task, and a new one after a pause.
        ThreadFactory loops = NamedThreads.single(name + "-mqtt");
        network = task -> loops.newThread(task).start();
        ThreadFactory small = NamedThreads.single(name + "-heralds");
        heralds = task -> small.newThread(task).start();
        dispatchers = NamedThreads.pool(name + "-dispatch");
        ScheduledThreadPoolExecutor scheduled =
                new ScheduledThreadPoolExecutor(1, NamedThreads.single(name + "-control"));
        // A broker's late answer finds a closed provider: there is nothing left to do with it.
        scheduled.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        scheduled.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        control = scheduled;
    }

    /** Runs the client library's event loop. */
    Executor network() {
        return network;
    }

    /** Runs the event loop of the heralds of share groups, which must be heard also while messages pour in. */
    Executor heralds() {
        return heralds;
    }

    /** How long the one that talks to the brokers may wait. */
    Floods floods() {
        return floods;
    }

    /** Hands messages of a namespace on, one at a time; rejects once that is stopped. */
    Executor dispatch(String namespace) {
        ExecutorService mine = dispatch.computeIfAbsent(namespace, fresh -> dispatcher());
        if (stopped) {
            mine.shutdownNow();
        }
        return mine;
    }

    /** Its thread ends when there is nothing to do; what waits for it is no more than a task per connection. */
    private ExecutorService dispatcher() {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1, 1, IDLE.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), dispatchers);
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    /** Owns the state of all connections; does nothing any more once closed. */
    Executor control() {
        return task -> control.execute(guarded(task));
    }

    /** Runs a task on the control thread after a while. */
    void later(Duration wait, Runnable task) {
        Future<?> unused = control.schedule(guarded(task), wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs a task on the control thread when a stage completes. */
    <T extends @Nullable Object> void then(CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> task) {
        stage.whenComplete((result, failure) -> control().execute(() -> task.accept(result, failure)));
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("keeping the connections failed");
            }
        };
    }

    /** Wakes the dispatching threads that wait; they take nothing more. */
    void stopDispatching() {
        stopped = true;
        dispatch.values().forEach(ExecutorService::shutdownNow);
    }

    @Override
    public void close() {
        stopDispatching();
        try {
            finishWaiting();
            control.shutdown();
            boolean ended = control.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS);
            for (ExecutorService each : dispatch.values()) {
                ended &= each.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS);
            }
            if (!ended) {
                LOG.atWarn().log("feed threads still busy at close");
            }
        } catch (InterruptedException e) {
            control.shutdown();
            Thread.currentThread().interrupt();
        }
    }

    /** The shutdown drops what waits for its turn, such as letting go of a connection that has just ended. */
    private void finishWaiting() throws InterruptedException {
        if (control.isShutdown()) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        control.execute(done::countDown);
        boolean unused = done.await(STOP.toMillis(), TimeUnit.MILLISECONDS);
    }
}
