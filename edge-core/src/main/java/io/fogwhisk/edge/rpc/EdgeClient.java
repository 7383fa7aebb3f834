package io.fogwhisk.edge.rpc;

import io.grpc.Channel;
import io.grpc.Metadata;
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
        return run(endpoint, RunRequest.of(call.toProto()), CallMetadata.of(call), timeout)
                .thenApply(answer -> read(endpoint, answer));
    }

    /** What an answer says; one that cannot be read is as good as none. */
    static LambdaResult read(String endpoint, RunAnswer answer) {
        try {
            return LambdaResult.fromProto(answer.proto());
        } catch (EdgeException e) {
            return new LambdaResult.Failed(
                    Retcode.RPC_FAILED + endpoint + " did not answer: " + e.getMessage(), endpoint, 0);
        }
    }

    /**
     * Runs a lambda with everything that the wire has. The stage completes as that of {@link #call}.
     *
     * @param headers of this call alone
     */
    public CompletionStage<RunAnswer> run(String endpoint, RunRequest request, Metadata headers, Duration timeout) {
        return run(transport.channel(endpoint), endpoint, request, headers, timeout);
    }

    static CompletionStage<RunAnswer> run(
            Channel channel, String endpoint, RunRequest request, Metadata headers, Duration timeout) {
        Pending pending = new Pending(endpoint, request);
        UnaryCall.start(channel, RunLambda.METHOD, request, headers, timeout, pending);
        return pending;
    }

    private static final class Pending extends CompletableFuture<RunAnswer> implements UnaryCall.Listener<RunAnswer> {
        private final String endpoint;
        private final RunRequest request;

        Pending(String endpoint, RunRequest request) {
            this.endpoint = endpoint;
            this.request = request;
        }

        @Override
        public void onAnswer(RunAnswer answer) {
            complete(answer);
        }

        @Override
        public void onFailure(Status status, boolean sent) {
            String what = sent ? " did not answer: " : Retcode.UNREACHABLE;
            String retcode = Retcode.RPC_FAILED + endpoint + what + UnaryCall.describe(status);
            complete(RunAnswer.refusal(request, retcode).from(endpoint));
        }
    }
}
