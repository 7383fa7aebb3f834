package io.fogwhisk.feed.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lane that begins when the one before it, of the feed as it was, is empty; what comes earlier waits. So an update of
 * a feed that asks for order does not break it.
 */
final class LaterLane implements Lane {

    private final Lane lane;
    // Guarded by itself, as are the next three.
    private final Deque<PendingMessage> waiting = new ArrayDeque<>();
    private final List<Runnable> whenBegun = new ArrayList<>();
    private @Nullable Lane before;
    private boolean asked;
    private volatile boolean begun;

    private LaterLane(Lane before, Lane lane) {
        this.before = before;
        this.lane = lane;
    }

    /** A lane that begins when another is empty, as it is with the first message of the new one. */
    static Lane after(Lane before, Lane lane) {
        return new LaterLane(before, lane);
    }

    /** What a further lane has to wait for: this one is forgotten where nothing came over it, or it only passes on. */
    static @Nullable Lane shortest(@Nullable Lane lane) {
        if (!(lane instanceof LaterLane later)) {
            return lane;
        }
        synchronized (later.waiting) {
            if (later.begun) {
                return later.lane;
            }
            return later.asked ? later : later.before;
        }
    }

    @Override
    public void offer(PendingMessage pending) {
        if (begun) {
            lane.offer(pending);
            return;
        }
        Lane first = null;
        boolean now;
        synchronized (waiting) {
            now = begun;
            if (!now) {
                waiting.add(pending);
                // Not sooner: whoever offers may still be busy with the lane before.
                first = asked ? null : before;
                asked = true;
            }
        }
        if (now) {
            lane.offer(pending);
        } else if (first != null) {
            first.whenIdle(this::begin);
        }
    }

    @Override
    public void whenIdle(Runnable task) {
        Lane until = lane;
        synchronized (waiting) {
            if (!begun && asked) {
                whenBegun.add(() -> lane.whenIdle(task));
                return;
            }
            if (!begun && before != null) {
                until = before;
            }
        }
        until.whenIdle(task);
    }

    private void begin() {
        for (PendingMessage next = next(); next != null; next = next()) {
            lane.offer(next);
        }
        List<Runnable> tasks;
        synchronized (waiting) {
            tasks = List.copyOf(whenBegun);
            whenBegun.clear();
        }
        tasks.forEach(Runnable::run);
    }

    private @Nullable PendingMessage next() {
        synchronized (waiting) {
            PendingMessage next = waiting.poll();
            if (next == null) {
                begun = true;
                before = null;
            }
            return next;
        }
    }
}
