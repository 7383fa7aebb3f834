package io.fogwhisk.edge.table;

import io.fogwhisk.edge.rpc.RunAnswer;
import java.time.Duration;

/**
 * One call's destination, counted as in flight there. Exactly one of the endings must be called, once, on any thread; it
 * is where the table learns.
 */
public non-sealed interface Route extends Pick {

    /** {@code host:port}. */
    String endpoint();

    /** Whether the lambda may run twice, so that a call without an answer may be sent to another destination. */
    boolean idempotent();

    /** There is an answer, good or bad: the destination is there. Only a good one teaches how fast it is. */
    void answered(Duration latency, RunAnswer answer);

    /**
     * Nothing could be sent: the destination is set aside.
     *
     * @param cause for callers that nobody else can help
     */
    void unreachable(String cause);

    /** The call was sent and there is no answer, or not in time; several in a row set the destination aside. */
    void unanswered(String cause);

    /** The caller went away, or the destination refused before it began: says nothing about speed. */
    void cancelled();
}
