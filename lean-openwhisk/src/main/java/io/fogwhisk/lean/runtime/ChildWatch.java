package io.fogwhisk.lean.runtime;

import io.fogwhisk.base.lifecycle.NamedThreads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that looks after the children of a pool: takes their output so that they never wait for it, ends runs
 * whose time is over, looks at their memory, starts further children and stops idle ones. It looks every few milliseconds
 * while something runs or has just run, now and then while there are children, and otherwise sleeps.
 */
final class ChildWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChildWatch.class);
    private static final long ROUND = Duration.ofMillis(5).toNanos();
    private static final long SLOW_ROUND = Duration.ofMillis(250).toNanos();
    private static final long BOUNDS_ROUND = Duration.ofMillis(100).toNanos();
    /** A callback may run on after its activation. */
    private static final long LINGER = Duration.ofSeconds(10).toNanos();
    /** Between one request and the next the pace is kept, so that few requests have to wake the thread. */
    private static final long KEEP_PACE = Duration.ofMillis(50).toNanos();

    private final ChildPool pool;
    private final Thread thread;
    private volatile boolean slow;
    private volatile boolean stopping;
    private long boundsAt = System.nanoTime();
    private long slowAt = System.nanoTime();

    ChildWatch(String name, ChildPool pool) {
        this.pool = pool;
        this.thread = NamedThreads.single(name + "-children").newThread(this::watch);
    }

    void start() {
        thread.start();
    }

    /** Something is about to run. */
    void wake() {
        if (slow) {
            slow = false;
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        long lastBusy = System.nanoTime();
        while (!stopping) {
            long now = System.nanoTime();
            boolean none = false;
            try {
                List<PooledChild> children = pool.children();
                none = children.isEmpty();
                if (round(children, now)) {
                    lastBusy = now;
                }
            } catch (RuntimeException | Error e) {
                failed(e);
            }
            if (now - lastBusy < KEEP_PACE) {
                LockSupport.parkNanos(this, ROUND);
            } else {
                slow = true;
                LockSupport.parkNanos(this, none ? LINGER : SLOW_ROUND);
                slow = false;
            }
        }
    }

    private boolean round(List<PooledChild> children, long now) {
        boolean bounds = now - boundsAt > BOUNDS_ROUND;
        boolean all = now - slowAt > SLOW_ROUND;
        boolean busy = false;
        for (PooledChild child : children) {
            try {
                busy |= look(child, now, bounds, all);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
        if (bounds) {
            boundsAt = now;
        }
        if (all) {
            slowAt = now;
            pool.prune();
        }
        return pool.grow() || busy;
    }

    private boolean look(PooledChild child, long now, boolean bounds, boolean all) {
        PendingRun run = child.current();
        if (run != null && child.late(now)) {
            pool.timeOut(child, run);
        } else if (run != null || all) {
            child.child().drain();
        }
        if (bounds && (run != null || child.idleFor(now) < LINGER)) {
            child.child().watch();
        }
        return run != null;
    }

    /** Whatever one child brings about, errors of the JVM included, the time of all the others must still end. */
    private static void failed(Throwable failure) {
        LOG.atError().setCause(failure).log("looking after the children failed");
    }
}
