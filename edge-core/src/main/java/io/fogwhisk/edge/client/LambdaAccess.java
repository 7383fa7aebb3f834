package io.fogwhisk.edge.client;

import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunRequest;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** How a client has its lambdas run. Used by one thread; the stages may complete on any. */
public interface LambdaAccess {

    /**
     * Has a lambda run. The stage never fails: what went wrong is the answer's retcode.
     *
     * @param timeout after which the stage is complete in any case
     */
    CompletionStage<RunAnswer> ask(RunRequest request, Duration timeout);
}
