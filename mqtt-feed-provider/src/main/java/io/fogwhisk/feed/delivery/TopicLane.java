package io.fogwhisk.feed.delivery;

/** Fires the messages of a topic one after the other, and those of different topics beside each other. */
final class TopicLane implements Lane {

    private final LaneStart start;
    private final TopicOrder order;

    /** @param order of the topics, shared with the lane before this one */
    TopicLane(LaneStart start, TopicOrder order) {
        this.start = start;
        this.order = order;
    }

    TopicOrder order() {
        return order;
    }

    @Override
    public void offer(PendingMessage pending) {
        order.offer(pending, start);
    }

    @Override
    public void whenIdle(Runnable task) {
        order.whenIdle(task);
    }
}
