package io.fogwhisk.edge.rpc;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an announcement again and again: soon after each change and once per period. Announcements never overlap, and
 * changes that come close together make one. The last one is followed by a farewell. Thread-safe.
 */
public final class Heartbeat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final Duration DEBOUNCE = Duration.ofMillis(10);
    private static final long FAREWELL_MILLIS = 1_000;

    private final ControlThread control;
    private final String node;
    private final Duration period;
    private final Supplier<CompletionStage<?>> announcement;
    private final Supplier<CompletionStage<?>> farewell;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean closed;
    private ControlThread.@Nullable Timer timer;
    // The rest is confined to the control thread.
    private boolean sending;
    private boolean again;
    private boolean lost;
    private @Nullable CompletableFuture<Void> leaving;

    /**
     * A heartbeat that has not started.
     *
     * @param node what the log calls the sender
     * @param announcement sends one; called on the control thread
     * @param farewell takes the announcements back; called there too, once, after the last of them was answered
     */
    public Heartbeat(
            ControlThread control,
            String node,
            Duration period,
            Supplier<CompletionStage<?>> announcement,
            Supplier<CompletionStage<?>> farewell) {
        this.control = control;
        this.node = node;
        this.period = period;
        this.announcement = announcement;
        this.farewell = farewell;
    }

    /** Sends the first one and goes on. */
    public synchronized void start() {
        timer = control.every(period, this::send);
        changed();
    }

    /** There is something new to announce. */
    public void changed() {
        if (asked.compareAndSet(false, true)) {
            control.after(DEBOUNCE, this::send);
        }
    }

    /** Says farewell and waits up to a second for that to be heard; sends nothing more. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (timer == null) {
                return;
            }
            timer.close();
        }
        CompletableFuture<Void> heard = new CompletableFuture<>();
        control.execute(() -> leave(heard));
        try {
            heard.get(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.atInfo()
                    .addKeyValue("node", node)
                    .addKeyValue(
                            "error",
                            e.getCause() == null ? "no answer" : e.getCause().getMessage())
                    .log("node leaves without the edge controller's knowledge");
        }
    }

    private void leave(CompletableFuture<Void> heard) {
        if (sending) {
            // An announcement that overtakes the farewell would bring the node back.
            leaving = heard;
            return;
        }
        CompletionStage<?> stage;
        try {
            stage = farewell.get();
        } catch (EdgeException e) {
            heard.completeExceptionally(e);
            return;
        }
        stage.whenComplete((done, failure) -> {
            if (failure == null) {
                heard.complete(null);
            } else {
                heard.completeExceptionally(failure);
            }
        });
    }

    private void send() {
        if (closed) {
            return;
        }
        if (sending) {
            again = again || asked.get();
            return;
        }
        asked.set(false);
        sending = true;
        CompletionStage<?> stage;
        try {
            stage = announcement.get();
        } catch (RuntimeException e) {
            // Whatever it is: a node that does not try again is lost for ever.
            sent(e);
            return;
        }
        stage.whenComplete((done, failure) -> control.execute(() -> sent(failure)));
    }

    private void sent(@Nullable Throwable failure) {
        sending = false;
        CompletableFuture<Void> heard = leaving;
        if (heard != null) {
            leave(heard);
        }
        if (closed) {
            return;
        }
        if (failure != null && !lost) {
            LOG.atWarn()
                    .addKeyValue("node", node)
                    .addKeyValue("error", failure.getMessage())
                    .log("edge controller lost");
        } else if (failure == null && lost) {
            LOG.atInfo().addKeyValue("node", node).log("edge controller found");
        }
        lost = failure != null;
        if (again) {
            again = false;
            send();
        }
    }
}
