package io.fogwhisk.feed.delivery;

import io.fogwhisk.feed.registry.PayloadFormat.Batch;
import io.fogwhisk.feed.trigger.Fire;
import io.fogwhisk.feed.trigger.MessageBatch;
import io.fogwhisk.feed.trigger.MessagePayload.Written;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Fires messages in batches that size themselves: the first message of a quiet feed goes at once, and what arrives while
 * a fire is under way goes with the next one. Further fires start beside the first only with full batches, so that a far
 * OpenWhisk is used as well as a near one; with order asked for there is one at a time.
 *
 * <p>A batch that is refused because of one of its messages is halved until that message is alone.
 */
final class BatchLane implements Lane {

    private static final int MAX_FIRES = 4;

    private final LaneStart start;
    private final Batch limits;
    private final int maxFires;
    private final AtomicInteger work = new AtomicInteger();
    // All below is guarded by this.
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int firing;
    private boolean lingering;
    private List<Runnable> whenIdle = new ArrayList<>();

    BatchLane(LaneStart start, Batch limits, boolean ordered) {
        this.start = start;
        this.limits = limits;
        this.maxFires = ordered ? 1 : MAX_FIRES;
    }

    private record Entry(PendingMessage pending, Written written) {}

    /** Some messages and how often the OpenWhisk may fail on them. */
    private record Part(List<Entry> entries, int tries) {}

    @Override
    public void offer(PendingMessage pending) {
        Written written = start.written(pending);
        if (written == null) {
            return;
        }
        boolean linger;
        synchronized (this) {
            waiting.add(new Entry(pending, written));
            waitingBytes += written.bytes() + 1L;
            linger = firing == 0 && !lingering && !limits.linger().isZero() && !full();
            lingering |= linger;
        }
        if (linger) {
            start.linger(this, limits.linger());
        } else {
            fire();
        }
    }

    /** Has what waits for others go without them. */
    void hurry() {
        synchronized (this) {
            lingering = false;
        }
        fire();
    }

    @Override
    public void whenIdle(Runnable task) {
        synchronized (this) {
            whenIdle.add(task);
        }
        hurry();
        idle();
    }

    private void idle() {
        List<Runnable> tasks;
        synchronized (this) {
            if (firing > 0 || !waiting.isEmpty() || whenIdle.isEmpty()) {
                return;
            }
            tasks = whenIdle;
            whenIdle = new ArrayList<>();
        }
        tasks.forEach(Runnable::run);
    }

    /** Fires in a loop, not in itself: a target that answers at once would otherwise pile up calls. */
    private void fire() {
        if (work.getAndIncrement() != 0) {
            return;
        }
        int done = 1;
        do {
            for (List<Entry> batch = next(); batch != null; batch = next()) {
                Deque<Part> parts = new ArrayDeque<>();
                parts.push(new Part(batch, Fire.TRIES));
                fire(parts);
            }
            done = work.addAndGet(-done);
        } while (done != 0);
    }

    private void fire(Deque<Part> parts) {
        Part part = next(parts);
        if (part == null) {
            synchronized (this) {
                firing--;
            }
            fire();
            idle();
            return;
        }
        List<PendingMessage> messages =
                part.entries.stream().map(Entry::pending).toList();
        List<String> texts =
                part.entries.stream().map(entry -> entry.written.json()).toList();
        start.batch(messages, texts, part.tries, () -> fire(parts), tries -> {
            int half = part.entries.size() / 2;
            parts.push(new Part(part.entries.subList(half, part.entries.size()), tries));
            parts.push(new Part(part.entries.subList(0, half), tries));
        });
    }

    /** Where order is asked for, without what is to come again behind something that was given up. */
    private @Nullable Part next(Deque<Part> parts) {
        Part part = parts.poll();
        while (part != null && maxFires == 1) {
            List<Entry> wanted = new ArrayList<>(part.entries.size());
            for (Entry entry : part.entries) {
                if (entry.pending.wanted()) {
                    wanted.add(entry);
                } else {
                    entry.pending.givenUp();
                }
            }
            if (!wanted.isEmpty()) {
                return new Part(wanted, part.tries);
            }
            part = parts.poll();
        }
        return part;
    }

    private synchronized @Nullable List<Entry> next() {
        if (waiting.isEmpty() || firing >= maxFires) {
            return null;
        }
        boolean ready = (firing == 0 && !lingering) || full();
        if (!ready) {
            return null;
        }
        List<Entry> batch = new ArrayList<>(Math.min(limits.count(), waiting.size()));
        long bytes = MessageBatch.FRAME;
        while (!waiting.isEmpty() && batch.size() < limits.count()) {
            int more = waiting.element().written.bytes() + 1;
            if (!batch.isEmpty() && bytes + more > limits.bytes()) {
                break;
            }
            batch.add(waiting.remove());
            bytes += more;
            waitingBytes -= more;
        }
        firing++;
        lingering = false;
        return batch;
    }

    private boolean full() {
        return waiting.size() >= limits.count() || waitingBytes + MessageBatch.FRAME >= limits.bytes();
    }
}
