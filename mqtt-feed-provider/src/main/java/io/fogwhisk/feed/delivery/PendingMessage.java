package io.fogwhisk.feed.delivery;

import io.fogwhisk.feed.trigger.Message;

/**
 * A message on its way to one trigger, with somebody who waits for its end. Exactly one of {@link #settled} and {@link
 * #givenUp} is called in the end.
 *
 * <p>Threads: any; every method must be short and must not block.
 */
public interface PendingMessage {

    /** What is taken. */
    Message message();

    /** Asked before another attempt, and in its turn where order is asked for: whether anybody still waits for it. */
    boolean wanted();

    /**
     * Whether who waits keeps it until its feed is active again, so that it need not be set aside when the feed is
     * disabled.
     */
    boolean keepsUntilActive();

    /** It is accepted, or set aside. */
    void settled();

    /** It is neither: nobody wants it any more, or who waits keeps it. */
    void givenUp();
}
