package io.fogwhisk.feed.delivery;

/**
 * The way of one feed's messages to its trigger. The caller bounds how many messages are on it.
 *
 * <p>Threads: any.
 */
public sealed interface Lane permits DirectLane, TopicLane, BatchLane, LaterLane {

    /** Takes a message; whoever waits for it is told of its end. */
    void offer(PendingMessage pending);

    /** Runs a task once what is on it and has an order came to its end; at once, on the caller's thread, if nothing is. */
    void whenIdle(Runnable task);
}
