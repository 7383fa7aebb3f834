package io.fogwhisk.launcher.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for Ctrl-C or SIGTERM and then keeps the process alive until the command has closed what it opened, for a
 * bounded time.
 */
public final class Interrupt implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onSignal, "shutdown");

    /** Waits for signals from now on. */
    public Interrupt() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Waits until asked to stop, or until the time is over; true if asked. */
    public boolean await(Duration limit) {
        try {
            return asked.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Waits until asked to stop. */
    public void await() {
        boolean done;
        do {
            done = await(LOOK);
        } while (!done);
    }

    /** Whether the process was asked to stop. */
    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Says that everything is closed. */
    @Override
    public void close() {
        closed.countDown();
        if (!isAsked()) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private void onSignal() {
        asked.countDown();
        try {
            if (!closed.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("not everything closed within " + GRACE.toSeconds() + " s; nothing acknowledged is"
                        + " lost, the next start resumes");
                Runtime.getRuntime().halt(130);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
