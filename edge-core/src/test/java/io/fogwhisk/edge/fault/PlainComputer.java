package io.fogwhisk.edge.fault;

import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A computer that can be killed: its connections break and its port is free at once, as when its process dies. */
final class PlainComputer implements AutoCloseable {

    private final Server server;
    private final int port;

    /** Takes lambdas on a port, 0 for any free one; the function answers them, now or later. */
    PlainComputer(int wanted, BiConsumer<LambdaRequest, StreamObserver<LambdaResponse>> function) {
        server = Grpc.newServerBuilderForPort(wanted, InsecureServerCredentials.create())
                .addService(new EdgeServerGrpc.EdgeServerImplBase() {
                    @Override
                    public void runLambda(LambdaRequest request, StreamObserver<LambdaResponse> observer) {
                        function.accept(request, observer);
                    }
                })
                .build();
        try {
            server.start();
        } catch (IOException e) {
            throw new AssertionError("port " + wanted, e);
        }
        port = server.getPort();
    }

    String endpoint() {
        return "127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    void kill() {
        server.shutdownNow();
        try {
            if (!server.awaitTermination(20, TimeUnit.SECONDS)) {
                throw new AssertionError("the computer did not die");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    static void ok(StreamObserver<LambdaResponse> observer) {
        retcode(observer, "OK");
    }

    static void retcode(StreamObserver<LambdaResponse> observer, String retcode) {
        observer.onNext(LambdaResponse.newBuilder().setRetcode(retcode).build());
        observer.onCompleted();
    }
}
