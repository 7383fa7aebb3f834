package io.fogwhisk.edge.rpc;

import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Calls lambdas at a router or a computer. Thread-safe; never blocks. */
public final class EdgeClient {

    private final EdgeTransport transport;

    /** A client on the channels of a transport. */
    public EdgeClient(EdgeTransport transport) {
        this.transport = Objects.requireNonNull(transport, "transport is null");
    }

    /**
     * Runs a lambda. The stage completes on the network's thread, never exceptionally: a peer that is away or too slow
     * is a {@link LambdaResult.Failed} whose retcode {@link Retcode#saysUnavailable}.
     *
     * @param endpoint {@code host:port}
     * @throws EdgeException if the endpoint is malformed
     */
    public CompletionStage<LambdaResult> call(String endpoint, LambdaCall call, Duration timeout) {
        Pending pending = new Pending(endpoint);
        UnaryCall.start(
                transport.channel(endpoint),
                EdgeServerGrpc.getRunLambdaMethod(),
                call.toProto(),
                CallMetadata.of(call),
                timeout,
                pending);
        return pending;
    }

    private static final class Pending extends CompletableFuture<LambdaResult>
            implements UnaryCall.Listener<LambdaResponse> {
        private final String endpoint;

        Pending(String endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public void onAnswer(LambdaResponse answer) {
            complete(LambdaResult.fromProto(answer));
        }

        @Override
        public void onFailure(Status status, boolean sent) {
            String what = sent ? " did not answer: " : " is unreachable: ";
            complete(new LambdaResult.Failed(
                    Retcode.RPC_FAILED + endpoint + what + UnaryCall.describe(status), endpoint, 0));
        }
    }
}
