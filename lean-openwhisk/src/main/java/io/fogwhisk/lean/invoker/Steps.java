package io.fogwhisk.lean.invoker;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a composition, one after the other: a step that is added by a step runs when that one has returned, so
 * that a composition of any depth needs no more stack than one step. Thread-safe; steps run on the thread that adds.
 */
final class Steps {

    private final Deque<Runnable> steps = new ArrayDeque<>();
    private boolean running;

    void add(Runnable step) {
        synchronized (this) {
            steps.add(step);
            if (running) {
                return;
            }
            running = true;
        }
        Runnable next = poll();
        while (next != null) {
            next.run();
            next = poll();
        }
    }

    private synchronized @Nullable Runnable poll() {
        Runnable next = steps.poll();
        running = next != null;
        return next;
    }
}
