package io.fogwhisk.bridge.proxy;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.wsk.Outcome;
import io.javalin.http.Context;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Writes outcomes as answers to HTTP requests. Most outcomes come within milliseconds: their requests wait on their own
 * thread, which is a third cheaper than to hand each to another one; the number of threads that may wait so is bounded.
 * All others are written later by threads of its own. Thread-safe.
 */
final class OutcomeWriter implements AutoCloseable {

    private static final int MAX_WAITING = 10_000;
    private static final int THREADS = 4;
    // Half of the HTTP server's threads, each for a short while.
    private static final int MAX_PATIENT = 32;
    private static final long PATIENCE_MILLIS = 20;

    private final Semaphore patience = new Semaphore(MAX_PATIENT);
    // Answers arrive on threads that must not wait for a slow client's socket.
    private final ThreadPoolExecutor later;

    OutcomeWriter(String name) {
        later = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                NamedThreads.pool(name + "-writer"));
        later.allowCoreThreadTimeOut(true);
    }

    /** Where answers are written that come later. */
    Executor later() {
        return later;
    }

    /** Answers a request, before it returns or later. */
    void answer(Context ctx, CompletionStage<Outcome> stage, boolean resultOnly) {
        CompletableFuture<Outcome> coming = stage.toCompletableFuture();
        Outcome outcome = soon(coming);
        if (outcome != null) {
            ProxyAnswers.write(ctx, outcome, resultOnly);
            return;
        }
        ctx.future(() -> coming.thenAcceptAsync(known -> ProxyAnswers.write(ctx, known, resultOnly), later));
    }

    @Override
    public void close() {
        later.shutdown();
    }

    private @Nullable Outcome soon(CompletableFuture<Outcome> coming) {
        if (!patience.tryAcquire()) {
            return null;
        }
        try {
            return coming.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            patience.release();
        }
    }
}
