package io.fogwhisk.influx.http;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.javalin.http.Context;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/**
 * Reads a body as it comes, without a thread that waits for it. What is too large is read to its end all the same, within
 * bounds, and then refused: a client that is still sending would not hear the answer. Called by one thread at a time.
 */
final class BodyReader implements ReadListener {

    private static final int CHUNK = 16_384;

    /** What is announced need not come: only so much is taken before it does. */
    private static final int FIRST = 1 << 20;

    private static final long MAX_DISCARDED = 128L << 20;

    private final ServletInputStream in;
    private final int max;
    private final LongConsumer held;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private byte[] buffer;
    private int filled;
    private long discarded;
    private boolean full;
    private RuntimeException refusal = new InfluxException(ErrorCode.INTERNAL, "the body was not refused");

    private BodyReader(ServletInputStream in, int announced, int max, LongConsumer held) {
        this.in = in;
        this.max = max;
        this.held = held;
        this.buffer = new byte[Math.max(Math.min(announced, FIRST), CHUNK)];
    }

    /**
     * Begins to read; the request must be asynchronous.
     *
     * @param max bytes
     * @param held is told how many bytes are held, before they are; it may refuse by throwing
     * @param limit in which the whole body must come
     * @return the body as it was sent; fails with an {@link InfluxException}
     */
    static CompletableFuture<byte[]> read(Context ctx, int max, LongConsumer held, Duration limit) {
        int announced = (int) Math.max(0, Math.min(max, ctx.req().getContentLengthLong()));
        try {
            ServletInputStream in = ctx.req().getInputStream();
            BodyReader reader = new BodyReader(in, announced, max, held);
            in.setReadListener(reader);
            return reader.whole
                    .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(failure -> {
                        throw failure instanceof TimeoutException
                                ? new InfluxException(
                                        ErrorCode.TIMEOUT,
                                        "the body did not come within " + limit.toSeconds() + " s",
                                        failure)
                                : asFailure(failure);
                    });
        } catch (IOException e) {
            return CompletableFuture.failedFuture(unreadable(e));
        }
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (in.isReady() && !in.isFinished()) {
            if (filled == buffer.length && !full) {
                grow();
            }
            if (full) {
                discard();
            } else {
                int count = in.read(buffer, filled, buffer.length - filled);
                if (count < 0) {
                    return;
                }
                filled += count;
            }
            if (whole.isDone()) {
                return;
            }
        }
    }

    @Override
    public void onAllDataRead() {
        if (full) {
            whole.completeExceptionally(refusal);
        } else {
            whole.complete(filled == buffer.length ? buffer : Arrays.copyOf(buffer, filled));
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(unreadable(failure));
    }

    private void grow() {
        // One byte more than the limit, to see whether there is more.
        int next = (int) Math.min(buffer.length * 2L, max + 1L);
        if (filled > max) {
            refuse(RequestBody.tooLarge(max));
            return;
        }
        try {
            held.accept(next);
            buffer = Arrays.copyOf(buffer, next);
        } catch (InfluxException e) {
            refuse(e);
        }
    }

    private void refuse(RuntimeException why) {
        full = true;
        refusal = why;
        buffer = new byte[CHUNK];
        filled = 0;
    }

    private void discard() throws IOException {
        int count = in.read(buffer, 0, buffer.length);
        discarded += Math.max(0, count);
        if (discarded > MAX_DISCARDED) {
            whole.completeExceptionally(refusal);
        }
    }

    private static RuntimeException asFailure(Throwable failure) {
        return failure instanceof RuntimeException known ? known : unreadable(failure);
    }

    private static InfluxException unreadable(Throwable failure) {
        return new InfluxException(ErrorCode.INVALID, "the body could not be read: " + failure.getMessage(), failure);
    }
}
