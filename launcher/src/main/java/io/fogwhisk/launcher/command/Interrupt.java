package io.fogwhisk.launcher.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for Ctrl-C or SIGTERM and then keeps the process alive until the command has closed what it opened, for a
 * bounded time.
 */
public final class Interrupt implements AutoCloseable {

    /** How long requests under way have to be answered once a process is asked to stop. */
    public static final Duration ANSWERS = Duration.ofSeconds(5);

    private static final Duration GRACE = Duration.ofSeconds(45);
    private static final String RESUMES = "nothing acknowledged is lost, the next start resumes";
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onSignal, "shutdown");
    private final Duration grace;
    private final String otherwise;

    /** Waits for signals from now on; closing may take 45 seconds. */
    public Interrupt() {
        this(GRACE, RESUMES);
    }

    /**
     * Waits for signals from now on.
     *
     * @param grace how long closing may take
     * @param otherwise what to say of it when it takes longer
     */
    public Interrupt(Duration grace, String otherwise) {
        this.grace = grace;
        this.otherwise = otherwise;
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
            if (!closed.await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("not everything closed within " + grace.toSeconds() + " s; " + otherwise);
                Runtime.getRuntime().halt(130);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
