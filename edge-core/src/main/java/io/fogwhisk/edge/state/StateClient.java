package io.fogwhisk.edge.state;

import com.google.protobuf.ByteString;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.proto.State;
import io.fogwhisk.edge.rpc.proto.StateResponse;
import io.fogwhisk.edge.rpc.proto.StateServerGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads and writes states on state servers. Never blocks, each call is timed; the stages fail with an
 * {@link EdgeException} that names state and server. Thread-safe.
 */
public final class StateClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final EdgeTransport transport;

    /** A client on the channels of a transport. */
    public StateClient(EdgeTransport transport) {
        this.transport = Objects.requireNonNull(transport, "transport is null");
    }

    /** The content of a state. */
    public CompletionStage<ByteString> get(String endpoint, String name) {
        return call(endpoint, StateServerGrpc.getGetMethod(), State.newBuilder().setName(name))
                .thenApply(response -> response.getState().getContent());
    }

    /** Sets a state. */
    public CompletionStage<?> put(String endpoint, String name, ByteString content) {
        return call(
                endpoint,
                StateServerGrpc.getPutMethod(),
                State.newBuilder().setName(name).setContent(content));
    }

    /** Removes a state. */
    public CompletionStage<?> remove(String endpoint, String name) {
        return call(endpoint, StateServerGrpc.getDelMethod(), State.newBuilder().setName(name));
    }

    private CompletionStage<StateResponse> call(
            String endpoint, MethodDescriptor<State, StateResponse> method, State.Builder state) {
        String where = "state '" + state.getName() + "' at " + endpoint + ": ";
        CompletableFuture<StateResponse> future = new CompletableFuture<>();
        try {
            UnaryCall.stage(transport.channel(endpoint), method, state.build(), new Metadata(), TIMEOUT)
                    .whenComplete((response, failure) -> {
                        if (failure != null) {
                            future.completeExceptionally(new EdgeException(where + failure.getMessage(), failure));
                        } else if (!response.getRetcode().equals(Retcode.OK)) {
                            future.completeExceptionally(new EdgeException(where + response.getRetcode()));
                        } else {
                            future.complete(response);
                        }
                    });
        } catch (EdgeException e) {
            future.completeExceptionally(new EdgeException(where + e.getMessage(), e));
        }
        return future;
    }
}
