package io.fogwhisk.lean.runtime;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A child in the pool. Who takes the current run away from it, decides how the run ends: the thread with the answer, or
 * the one that finds that the time is over.
 */
final class PooledChild {

    private final Child child;
    private final ActionChildren home;
    private final AtomicReference<@Nullable PendingRun> current = new AtomicReference<>();
    private volatile boolean initializing;
    /** Guarded by the pool's lock. */
    private boolean starting = true;

    private volatile long occupiedAt;
    private volatile long deadline;
    private volatile long readyAt = System.nanoTime();
    private volatile long idleSince = System.nanoTime();

    PooledChild(Child child, ActionChildren home) {
        this.child = child;
        this.home = home;
    }

    Child child() {
        return child;
    }

    ActionChildren home() {
        return home;
    }

    /** Gives it a run, whose time begins now. */
    void occupy(PendingRun run, boolean init) {
        initializing = init;
        occupiedAt = System.nanoTime();
        deadline = occupiedAt + run.request().action().limits().timeoutMillis() * 1_000_000L;
        current.set(run);
    }

    /** Takes its run away; false if another thread did. */
    boolean vacate(PendingRun run) {
        return current.compareAndSet(run, null);
    }

    @Nullable
    PendingRun current() {
        return current.get();
    }

    /** Whether the current run is still loading the code. */
    boolean initializing() {
        return initializing;
    }

    /** Whether the current run's time is over. */
    boolean late(long now) {
        return now - deadline > 0;
    }

    /** Whether it was never usable yet; under the pool's lock. */
    boolean starting() {
        return starting;
    }

    /** Usable from now on; under the pool's lock. */
    void ready() {
        starting = false;
        readyAt = System.nanoTime();
        home.childIsReady();
    }

    /** How long it has been usable, in nanoseconds. */
    long age(long now) {
        return now - readyAt;
    }

    /** How long the last run took so far, in nanoseconds. */
    long ranFor() {
        return System.nanoTime() - occupiedAt;
    }

    void idle() {
        idleSince = System.nanoTime();
    }

    /** How long nothing has run in it, in nanoseconds. */
    long idleFor(long now) {
        return now - idleSince;
    }
}
