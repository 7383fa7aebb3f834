package io.fogwhisk.lean.couch;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an answer as fast as the client takes it, and no faster: a piece is made when there is room for it, so nothing is
 * held for who is slow, and who takes nothing at all is ended by the server's idle limit. No thread waits, neither for the
 * client nor for something to send.
 *
 * <p>Thread-safe; the pieces are made by one thread at a time.
 */
final class AnswerStream implements WriteListener {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerStream.class);

    /** So many pieces one answer sends before the others have their turn. */
    private static final int TURN = 64;

    private final ServletOutputStream out;
    private final Parts parts;
    private final BooleanSupplier allowed;
    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private final AtomicInteger calls = new AtomicInteger();
    private boolean unflushed;
    private @Nullable Future<?> alarm;

    /**
     * An answer of which nothing is sent yet.
     *
     * @param out of a request whose asynchronous part has begun
     * @param allowed asked now and then; when it says no the answer ends where it is
     * @param executor makes the pieces
     * @param timer wakes this up
     */
    AnswerStream(
            ServletOutputStream out,
            Parts parts,
            BooleanSupplier allowed,
            Executor executor,
            ScheduledExecutorService timer) {
        this.out = out;
        this.parts = parts;
        this.allowed = allowed;
        this.executor = executor;
        this.timer = timer;
    }

    /** Begins to send; completes when everything was sent or nothing more can be. */
    CompletableFuture<Boolean> start() {
        out.setWriteListener(this);
        return done;
    }

    /** Something may have changed. */
    void wake() {
        if (!done.isDone() && calls.getAndIncrement() == 0) {
            executor.execute(this::turns);
        }
    }

    /** Ends the answer where it is. */
    void end() {
        boolean unused = done.complete(false);
    }

    @Override
    public void onWritePossible() {
        wake();
    }

    @Override
    public void onError(Throwable failure) {
        LOG.atDebug().addKeyValue("error", failure.getMessage()).log("client is gone");
        end();
    }

    private void turns() {
        int seen = calls.get();
        boolean more = turn();
        if (more) {
            executor.execute(this::turns);
        } else if (calls.addAndGet(-seen) != 0) {
            executor.execute(this::turns);
        }
    }

    /** Whether it has more to send and could. */
    private boolean turn() {
        try {
            if (!done.isDone() && !allowed.getAsBoolean()) {
                finish();
            }
            for (int sent = 0; sent < TURN; sent++) {
                if (done.isDone() || !out.isReady()) {
                    return false;
                }
                Parts.Part part = parts.next();
                if (part instanceof Parts.Bytes bytes) {
                    out.write(bytes.bytes());
                    unflushed = true;
                } else if (part instanceof Parts.Wait wait) {
                    rest(wait.longest());
                    return false;
                } else {
                    finish();
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            onError(e);
        } catch (RuntimeException | OutOfMemoryError e) {
            // What was sent can't be taken back: an answer that is not complete tells the client enough.
            LOG.atWarn().addKeyValue("error", e).log("answer broken off");
            finish();
        }
        return false;
    }

    private void rest(Duration longest) throws IOException {
        if (unflushed) {
            out.flush();
            unflushed = false;
        }
        if (alarm != null) {
            alarm.cancel(false);
        }
        alarm = timer.schedule(this::wake, Math.max(1, longest.toMillis()), TimeUnit.MILLISECONDS);
    }

    private void finish() {
        if (alarm != null) {
            alarm.cancel(false);
        }
        boolean unused = done.complete(true);
    }
}
