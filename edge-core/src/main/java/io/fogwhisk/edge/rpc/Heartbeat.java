package io.fogwhisk.edge.rpc;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an announcement again and again: soon after each change and once per period. Announcements never overlap, and
 * changes that come close together make one. Thread-safe.
 */
public final class Heartbeat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final Duration DEBOUNCE = Duration.ofMillis(10);

    private final ControlThread control;
    private final String node;
    private final Duration period;
    private final Supplier<CompletionStage<?>> announcement;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean closed;
    private ControlThread.@Nullable Timer timer;
    // The rest is confined to the control thread.
    private boolean sending;
    private boolean again;
    private boolean lost;

    /**
     * A heartbeat that has not started.
     *
     * @param node what the log calls the sender
     * @param announcement sends one; called on the control thread
     */
    public Heartbeat(ControlThread control, String node, Duration period, Supplier<CompletionStage<?>> announcement) {
        this.control = control;
        this.node = node;
        this.period = period;
        this.announcement = announcement;
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

    /** Sends nothing more. */
    @Override
    public synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.close();
        }
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
        } catch (EdgeException e) {
            sent(e);
            return;
        }
        stage.whenComplete((done, failure) -> control.execute(() -> sent(failure)));
    }

    private void sent(@Nullable Throwable failure) {
        sending = false;
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
