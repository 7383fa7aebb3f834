package io.fogwhisk.edge.computer;

import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.grpc.Metadata;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * What runs the lambdas of an edge computer, with everything that the wire has. Threads and failure as for
 * {@link LambdaExecutor}.
 *
 * <p>An answer has retcode, output, data, loads, processing time if it is known better than by waiting, and the states
 * of the request as the lambda left them; hops and responder are added by the computer, whose the builder then is.
 */
public interface RequestExecutor {

    /** Whether the lambda can be run here. */
    boolean knows(String lambda);

    /** Runs a lambda once. {@code io.grpc.Context.current()} tells when nobody waits for the answer any more. */
    CompletionStage<LambdaResponse.Builder> run(LambdaRequest request, Metadata headers);

    /** Says how long a lambda would take, as its processing time, without running it. */
    LambdaResponse.Builder estimate(LambdaRequest request);

    /** An executor with any lambda. */
    static RequestExecutor of(LambdaExecutor executor) {
        return new RequestExecutor() {
            @Override
            public boolean knows(String lambda) {
                return true;
            }

            @Override
            public CompletionStage<LambdaResponse.Builder> run(LambdaRequest request, Metadata headers) {
                return executor.run(LambdaCall.fromProto(request, headers))
                        .thenApply(result -> result.toProto().toBuilder().putAllStates(request.getStatesMap()));
            }

            @Override
            public LambdaResponse.Builder estimate(LambdaRequest request) {
                return answer(request, "").setPtime(executor.estimateMillis(request.getName()));
            }
        };
    }

    /** The answer of a lambda that ran, with the states as they were. */
    static LambdaResponse.Builder answer(LambdaRequest request, String output) {
        return LambdaResponse.newBuilder()
                .setRetcode(Retcode.OK)
                .setOutput(output)
                .putAllStates(request.getStatesMap());
    }

    /** The answer of a lambda that did not run, or failed. */
    static LambdaResponse.Builder failure(LambdaRequest request, String retcode) {
        return answer(request, "").setRetcode(retcode);
    }

    /** The answer for a lambda whose executor broke. */
    static LambdaResponse.Builder failure(LambdaRequest request, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return failure(request, "invalid '" + request.getName() + "' request: " + cause.getMessage());
    }
}
