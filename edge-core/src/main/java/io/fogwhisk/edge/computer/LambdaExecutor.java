package io.fogwhisk.edge.computer;

import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import java.util.concurrent.CompletionStage;

/**
 * What runs the lambdas of an edge computer.
 *
 * <p>Threads: {@link #run} is called on the network's thread, for many calls at the same time, and must not block. The
 * stage may complete on any thread.
 *
 * <p>Failure: a function that fails is a {@link LambdaResult.Failed}; an exception, thrown or in the stage, is a bug
 * that the caller learns of as a failure.
 */
@FunctionalInterface
public interface LambdaExecutor {

    /** Runs a lambda once. */
    CompletionStage<LambdaResult> run(LambdaCall call);

    /** How long a lambda would take, in milliseconds: 0 if that is not known. Called as {@link #run} is. */
    default int estimateMillis(String lambda) {
        return 0;
    }
}
