package io.fogwhisk.base.http;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The body of another server's answer, read as another reader does, up to a number of bytes. For the JDK's HTTP client,
 * which calls it by one thread at a time.
 */
public final class BoundedBody<T> implements HttpResponse.BodySubscriber<T> {

    private final HttpResponse.BodySubscriber<T> reader;
    private final int max;
    private long seen;
    private Flow.@Nullable Subscription subscription;

    /**
     * A body that has not begun.
     *
     * @param max bytes; a longer body fails with {@link TooLarge}
     */
    public BoundedBody(HttpResponse.BodySubscriber<T> reader, int max) {
        this.reader = reader;
        this.max = max;
    }

    /** Why a body was not read to its end. */
    public static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(int max) {
            super("the answer has more than " + max + " bytes");
        }
    }

    /**
     * An answer with its whole body, if it comes in time; a request's own time limit ends at the first byte of the body.
     *
     * @param limit more than zero; then the result fails with a {@link TimeoutException} and the connection is given up
     */
    public static <T> CompletableFuture<T> within(Duration limit, CompletableFuture<T> answer) {
        return answer.thenApply(Function.identity())
                .orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((value, failure) -> {
                    if (failure instanceof TimeoutException) {
                        answer.cancel(true);
                    }
                });
    }

    @Override
    public CompletionStage<T> getBody() {
        return reader.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        reader.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (seen > max) {
            return;
        }
        for (ByteBuffer each : buffers) {
            seen += each.remaining();
        }
        if (seen <= max) {
            reader.onNext(buffers);
            return;
        }
        reader.onError(new TooLarge(max));
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onError(Throwable failure) {
        reader.onError(failure);
    }

    @Override
    public void onComplete() {
        reader.onComplete();
    }
}
