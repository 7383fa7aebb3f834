package io.fogwhisk.feed.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which message of each topic is under way to a trigger, and which wait behind it. The lanes of a feed before and after
 * an update share it, so that what comes after the update does not pass what came before. Thread-safe.
 */
final class TopicOrder {

    // Guarded by itself: what waits behind the message of its topic that is under way.
    private final Map<String, ArrayDeque<Turn>> behind = new HashMap<>();
    private final Queue<Turn> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger work = new AtomicInteger();
    // Guarded by behind.
    private List<Runnable> whenIdle = new ArrayList<>();

    private record Turn(PendingMessage pending, LaneStart start) {
        private String topic() {
            return pending.message().topic();
        }
    }

    /** Starts a message, in its turn. */
    void offer(PendingMessage pending, LaneStart start) {
        Turn turn = new Turn(pending, start);
        synchronized (behind) {
            ArrayDeque<Turn> before = behind.get(turn.topic());
            if (before != null) {
                before.add(turn);
                return;
            }
            behind.put(turn.topic(), new ArrayDeque<>(1));
        }
        fire(turn);
    }

    /** Runs a task once nothing is under way, perhaps at once. */
    void whenIdle(Runnable task) {
        synchronized (behind) {
            if (!behind.isEmpty()) {
                whenIdle.add(task);
                return;
            }
        }
        task.run();
    }

    /** Fires in a loop, not in itself: a target that answers at once would otherwise pile up calls. */
    private void fire(Turn first) {
        ready.add(first);
        if (work.getAndIncrement() != 0) {
            return;
        }
        int done = 1;
        do {
            for (Turn next = ready.poll(); next != null; next = ready.poll()) {
                String topic = next.topic();
                if (next.pending.wanted()) {
                    next.start.single(next.pending, () -> ended(topic));
                } else {
                    // The one before it was given up, and both come again.
                    next.pending.givenUp();
                    ended(topic);
                }
            }
            done = work.addAndGet(-done);
        } while (done != 0);
    }

    private void ended(String topic) {
        Turn next;
        List<Runnable> idle = List.of();
        synchronized (behind) {
            ArrayDeque<Turn> waiting = behind.get(topic);
            next = waiting == null ? null : waiting.poll();
            if (next == null) {
                behind.remove(topic);
                if (behind.isEmpty() && !whenIdle.isEmpty()) {
                    idle = whenIdle;
                    whenIdle = new ArrayList<>();
                }
            }
        }
        if (next != null) {
            fire(next);
        }
        idle.forEach(Runnable::run);
    }
}
