package io.fogwhisk.edge.computer;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Reads the body of an answer as another reader does, up to a number of bytes. Called by one thread at a time. */
final class BoundedBody<T> implements HttpResponse.BodySubscriber<T> {

    private final HttpResponse.BodySubscriber<T> reader;
    private final int max;
    private long seen;
    private Flow.@Nullable Subscription subscription;

    BoundedBody(HttpResponse.BodySubscriber<T> reader, int max) {
        this.reader = reader;
        this.max = max;
    }

    /** Why a body was not read to its end. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(int max) {
            super("the answer has more than " + max + " bytes");
        }
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
