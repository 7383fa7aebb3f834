package io.fogwhisk.influx.http;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.javalin.http.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Carries out requests that change something, on a thread where they may wait for the disk. */
final class Changes {

    private final Executor thread;

    /**
     * Changes on a thread.
     *
     * @param thread refuses when too many wait
     */
    Changes(Executor thread) {
        this.thread = thread;
    }

    /** Makes a change and answers with what came of it. */
    <T> void run(Context ctx, Supplier<T> change, Consumer<T> answer) {
        follow(ctx, () -> CompletableFuture.completedFuture(change.get()), answer);
    }

    /** Begins a change and answers when it is done. */
    <T> void follow(Context ctx, Supplier<? extends CompletionStage<T>> change, Consumer<T> answer) {
        ctx.future(() -> {
            try {
                return CompletableFuture.supplyAsync(change, thread)
                        .thenCompose(each -> each)
                        .thenAcceptAsync(answer, thread);
            } catch (RejectedExecutionException e) {
                throw new InfluxException(ErrorCode.UNAVAILABLE, "too many changes are waiting: try again later", e);
            }
        });
    }
}
