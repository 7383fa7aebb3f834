package io.fogwhisk.lean.runtime;

import java.util.ArrayDeque;
import java.util.Deque;

/** The children of one action for one namespace, and the requests that wait for one. Guarded by the pool's lock. */
final class ActionChildren {

    private static final int MAX_STARTING = 2;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final long QUICK_NANOS = 10_000_000;
    private static final int MEAN_OVER = 8;

    private final ChildKey key;
    private final Deque<PooledChild> idle = new ArrayDeque<>();
    private final Deque<PendingRun> waiting = new ArrayDeque<>();
    private int alive;
    private int starting;
    private boolean replaced;
    /** When it last got or lost a child. */
    private long lastChange = System.nanoTime();

    private long meanRunNanos;

    ActionChildren(ChildKey key) {
        this.key = key;
    }

    ChildKey key() {
        return key;
    }

    Deque<PooledChild> idle() {
        return idle;
    }

    Deque<PendingRun> waiting() {
        return waiting;
    }

    /** Its children, those that are still starting among them. */
    int alive() {
        return alive;
    }

    /** Neither a child nor a request. */
    boolean unused() {
        return alive == 0 && waiting.isEmpty();
    }

    /** Whether the action has been updated since. */
    boolean replaced() {
        return replaced;
    }

    void replace() {
        replaced = true;
    }

    void childStarts() {
        alive++;
        starting++;
    }

    void childIsReady() {
        starting--;
        lastChange = System.nanoTime();
    }

    void childIsGone(boolean wasStarting) {
        alive--;
        lastChange = System.nanoTime();
        if (wasStarting) {
            starting--;
        }
    }

    /** A run took so long. */
    void ran(long nanos) {
        meanRunNanos += (nanos - meanRunNanos) / MEAN_OVER;
    }

    /**
     * Whether another child would help: requests have waited too long for those there are, and for those on their way.
     * More children than processors are of no use to code that is done at once.
     */
    boolean wantsAnother(long now, long patienceNanos) {
        boolean enough = starting == alive ? starting > 0 : starting >= MAX_STARTING;
        boolean quick = alive >= PROCESSORS && meanRunNanos < QUICK_NANOS;
        if (waiting.isEmpty() || enough || quick) {
            return false;
        }
        return alive == 0 || now - waitingSince() > patienceNanos;
    }

    /** Whether it should get a child before the other one: with fewer children, or waiting longer for one. */
    boolean before(ActionChildren other) {
        return alive == other.alive ? waitingSince() - other.waitingSince() < 0 : alive < other.alive;
    }

    private long waitingSince() {
        PendingRun first = waiting.peekFirst();
        long since = first == null ? lastChange : first.since();
        return since - lastChange > 0 ? since : lastChange;
    }
}
