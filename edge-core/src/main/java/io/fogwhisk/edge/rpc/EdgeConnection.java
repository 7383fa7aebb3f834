package io.fogwhisk.edge.rpc;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A TCP connection of its own to one node, as each of many clients has one; {@link EdgeClient} shares one per node.
 * Thread-safe; never blocks.
 */
public final class EdgeConnection implements AutoCloseable {

    private final String endpoint;
    private final RemoteNode node;

    EdgeConnection(String endpoint, RemoteNode node) {
        this.endpoint = endpoint;
        this.node = node;
    }

    /** Runs a lambda; the stage completes as that of {@link EdgeClient#call}. */
    public CompletionStage<LambdaResult> call(LambdaCall call, Duration timeout) {
        return EdgeClient.run(node.channel(), endpoint, RunRequest.of(call.toProto()), CallMetadata.of(call), timeout)
                .thenApply(answer -> EdgeClient.read(endpoint, answer));
    }

    /** Ends the connection and the calls under way on it. */
    @Override
    public void close() {
        node.close();
    }
}
