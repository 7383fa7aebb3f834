package io.fogwhisk.feed.delivery;

/** Fires each message as it comes. */
final class DirectLane implements Lane {

    private final LaneStart start;

    DirectLane(LaneStart start) {
        this.start = start;
    }

    @Override
    public void offer(PendingMessage pending) {
        start.single(pending, () -> {});
    }

    /** At once: nobody asked for an order of what is on it. */
    @Override
    public void whenIdle(Runnable task) {
        task.run();
    }
}
