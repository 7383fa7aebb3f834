package io.fogwhisk.feed.delivery;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Fires the messages of a topic one after the other, and those of different topics beside each other. */
final class TopicLane implements Lane {

    private final LaneStart start;
    // Guarded by itself: what waits behind the message of its topic that is under way.
    private final Map<String, ArrayDeque<PendingMessage>> behind = new HashMap<>();
    private final Queue<PendingMessage> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger work = new AtomicInteger();

    TopicLane(LaneStart start) {
        this.start = start;
    }

    @Override
    public void offer(PendingMessage pending) {
        synchronized (behind) {
            ArrayDeque<PendingMessage> before = behind.get(pending.message().topic());
            if (before != null) {
                before.add(pending);
                return;
            }
            behind.put(pending.message().topic(), new ArrayDeque<>(1));
        }
        fire(pending);
    }

    /** Fires in a loop, not in itself: a target that answers at once would otherwise pile up calls. */
    private void fire(PendingMessage first) {
        ready.add(first);
        if (work.getAndIncrement() != 0) {
            return;
        }
        int done = 1;
        do {
            for (PendingMessage next = ready.poll(); next != null; next = ready.poll()) {
                String topic = next.message().topic();
                start.single(next, () -> ended(topic));
            }
            done = work.addAndGet(-done);
        } while (done != 0);
    }

    private void ended(String topic) {
        PendingMessage next;
        synchronized (behind) {
            ArrayDeque<PendingMessage> waiting = behind.get(topic);
            next = waiting == null ? null : waiting.poll();
            if (next == null) {
                behind.remove(topic);
            }
        }
        if (next != null) {
            fire(next);
        }
    }
}
