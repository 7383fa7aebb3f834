package io.fogwhisk.lean.runtime;

import java.util.ArrayDeque;
import java.util.Deque;

/** The children of one action for one namespace, and the requests that wait for one. Guarded by the pool's lock. */
final class ActionChildren {

    private static final int MAX_STARTING = 2;

    private final ChildKey key;
    private final Deque<PooledChild> idle = new ArrayDeque<>();
    private final Deque<PendingRun> waiting = new ArrayDeque<>();
    private int alive;
    private int starting;
    private boolean replaced;
    private long lastReady = System.nanoTime();

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
        lastReady = System.nanoTime();
    }

    void childIsGone(boolean wasStarting) {
        alive--;
        if (wasStarting) {
            starting--;
        }
    }

    /** Whether another child would help: requests have waited too long for those there are, and for those on their way. */
    boolean wantsAnother(long now, long patienceNanos) {
        PendingRun first = waiting.peekFirst();
        boolean enough = starting == alive ? starting > 0 : starting >= MAX_STARTING;
        if (first == null || enough) {
            return false;
        }
        return alive == 0 || now - Math.max(first.since(), lastReady) > patienceNanos;
    }

    /** Whether it should get a child before the other one: with fewer children, or waiting longer. */
    boolean before(ActionChildren other) {
        if (alive != other.alive) {
            return alive < other.alive;
        }
        PendingRun mine = waiting.peekFirst();
        PendingRun theirs = other.waiting.peekFirst();
        return mine != null && (theirs == null || mine.since() - theirs.since() < 0);
    }
}
