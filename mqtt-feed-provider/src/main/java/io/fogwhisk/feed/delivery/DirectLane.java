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
}
