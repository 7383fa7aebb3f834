package io.fogwhisk.lean.follow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the body of an answer up to a number of bytes, and knows when something came last. For the JDK's HTTP client,
 * which calls it by one thread at a time.
 */
final class HeardBody implements HttpResponse.BodySubscriber<byte[]> {

    private final int max;
    private final IntConsumer heard;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription subscription;

    /**
     * A body that has not begun.
     *
     * @param max bytes; a longer one fails with {@link TooLong}
     * @param heard called with the number of bytes whenever a part of it came
     */
    HeardBody(int max, IntConsumer heard) {
        this.max = max;
        this.heard = heard;
    }

    /** The body has more bytes than may be. */
    static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;

        TooLong(int max) {
            super("the answer has more than " + max + " bytes");
        }
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        heard.accept(buffers.stream().mapToInt(ByteBuffer::remaining).sum());
        for (ByteBuffer each : buffers) {
            if (bytes.size() + each.remaining() > max) {
                if (subscription != null) {
                    subscription.cancel();
                }
                whole.completeExceptionally(new TooLong(max));
                return;
            }
            byte[] some = new byte[each.remaining()];
            each.get(some);
            bytes.write(some, 0, some.length);
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        whole.complete(bytes.toByteArray());
    }
}
