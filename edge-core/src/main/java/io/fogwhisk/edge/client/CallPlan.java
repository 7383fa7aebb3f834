package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.RunAnswer;
import java.util.Optional;

/** What one thread of a client sends and when. Used by that thread alone. */
public sealed interface CallPlan permits GeneratedCalls, TraceCalls {

    /**
     * The next request.
     *
     * @param now seconds since the start
     * @return empty if there is nothing more to send
     */
    Optional<PlannedCall> next(double now);

    /** The answer to what {@link #next} gave last. */
    void answered(RunAnswer answer);
}
