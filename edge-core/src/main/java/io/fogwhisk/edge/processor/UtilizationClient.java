package io.fogwhisk.edge.processor;

import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.proto.EdgeComputerGrpc;
import io.fogwhisk.edge.rpc.proto.Utilization;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Subscribes to the utilisation of a computer. Closing it ends the subscription. */
public final class UtilizationClient implements AutoCloseable {

    private final Context.CancellableContext context = Context.ROOT.withCancellation();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    /**
     * Subscribes.
     *
     * @param endpoint {@code host:port}
     * @param reader of each message, processor to 0..1; on the network's thread, must not block for long
     * @throws io.fogwhisk.edge.rpc.EdgeException if the endpoint is malformed
     */
    public UtilizationClient(EdgeTransport transport, String endpoint, Consumer<Map<String, Float>> reader) {
        var channel = transport.channel(endpoint);
        context.run(() -> EdgeComputerGrpc.newStub(channel)
                .streamUtil(Void.getDefaultInstance(), new StreamObserver<Utilization>() {
                    @Override
                    public void onNext(Utilization message) {
                        reader.accept(message.getValuesMap());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        end.complete(UnaryCall.describe(Status.fromThrowable(failure)));
                    }

                    @Override
                    public void onCompleted() {
                        end.complete("");
                    }
                }));
    }

    /** Completes when the stream ends: empty if the computer ended it, else with what went wrong. */
    public CompletionStage<String> end() {
        return end.copy();
    }

    @Override
    public void close() {
        context.cancel(null);
    }
}
