package io.fogwhisk.edge.rpc;

import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** What a node tells its controller. Thread-safe; the stages fail with an {@link EdgeException}. */
public final class ControllerClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final EdgeTransport transport;
    private final String controller;
    private final String instance = UUID.randomUUID().toString();
    private final Duration lease;

    /**
     * A client for one node.
     *
     * @param controller {@code host:port}
     * @param heartbeat how often the node announces itself; it asks for a lease of three of them
     */
    public ControllerClient(EdgeTransport transport, String controller, Duration heartbeat) {
        this.transport = transport;
        this.controller = Endpoint.parse(controller).toString();
        this.lease = heartbeat.multipliedBy(3);
    }

    /** Announces a computer with all its lambdas. */
    public CompletionStage<?> announceComputer(String endpoint, Set<String> lambdas) {
        ComputerInfo.Builder info = ComputerInfo.newBuilder().setEdgeServerEndpoint(endpoint);
        for (String lambda : lambdas) {
            info.addContainersBuilder()
                    .setName("fogwhisk")
                    .setProcessor("fogwhisk")
                    .setLambda(lambda)
                    .setNumWorkers(1);
        }
        return send(EdgeControllerGrpc.getAnnounceComputerMethod(), info.build());
    }

    /** Announces a router. */
    public CompletionStage<?> announceRouter(String endpoint, String tableEndpoint) {
        RouterInfo info = RouterInfo.newBuilder()
                .setEdgeServerEndpoint(endpoint)
                .setForwardingTableEndpoint(tableEndpoint)
                .build();
        return send(EdgeControllerGrpc.getAnnounceRouterMethod(), info);
    }

    /** Takes a computer back. */
    public CompletionStage<?> removeComputer(String endpoint) {
        ComputerInfo info =
                ComputerInfo.newBuilder().setEdgeServerEndpoint(endpoint).build();
        return send(EdgeControllerGrpc.getRemoveComputerMethod(), info);
    }

    private <Q, A> CompletionStage<A> send(MethodDescriptor<Q, A> method, Q request) {
        Metadata headers = new Metadata();
        headers.put(CallMetadata.LEASE, Long.toString(lease.toMillis()));
        headers.put(CallMetadata.INSTANCE, instance);
        return UnaryCall.stage(transport.channel(controller), method, request, headers, TIMEOUT);
    }
}
