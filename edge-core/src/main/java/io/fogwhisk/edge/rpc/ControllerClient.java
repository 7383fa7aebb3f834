package io.fogwhisk.edge.rpc;

import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.MembershipGrpc;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import io.fogwhisk.edge.rpc.proto.Void;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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

    /** Announces a computer with all its lambdas, each with one worker, none of which may run twice. */
    public CompletionStage<?> announceComputer(String endpoint, Set<String> lambdas) {
        return announceComputer(endpoint, LambdaOffer.of(lambdas));
    }

    /**
     * Announces a computer with all its lambdas.
     *
     * @param endpoint {@code host:port} where others reach it; the stage fails if it listens everywhere and the address
     *     that leads to the controller is not known yet
     */
    public CompletionStage<?> announceComputer(String endpoint, LambdaOffer offer) {
        ComputerInfo.Builder info = ComputerInfo.newBuilder().setEdgeServerEndpoint(endpoint);
        for (String lambda : offer.lambdas()) {
            info.addContainersBuilder()
                    .setName("fogwhisk")
                    .setProcessor("fogwhisk")
                    .setLambda(lambda)
                    .setNumWorkers(offer.workersOf(lambda))
                    .setIdempotent(offer.idempotent().contains(lambda));
        }
        return announce(EdgeControllerGrpc.getAnnounceComputerMethod(), info.build(), endpoint);
    }

    /** Announces a router, with the same reservation. */
    public CompletionStage<?> announceRouter(String endpoint, String tableEndpoint) {
        RouterInfo info = RouterInfo.newBuilder()
                .setEdgeServerEndpoint(endpoint)
                .setForwardingTableEndpoint(tableEndpoint)
                .build();
        return announce(EdgeControllerGrpc.getAnnounceRouterMethod(), info, endpoint, tableEndpoint);
    }

    /** Takes a computer back. */
    public CompletionStage<?> removeComputer(String endpoint) {
        ComputerInfo info =
                ComputerInfo.newBuilder().setEdgeServerEndpoint(endpoint).build();
        return send(EdgeControllerGrpc.getRemoveComputerMethod(), info);
    }

    /** Takes a router back. A foreign controller can't be told; that is not a failure. */
    public CompletionStage<?> removeRouter(String endpoint, String tableEndpoint) {
        RouterInfo info = RouterInfo.newBuilder()
                .setEdgeServerEndpoint(endpoint)
                .setForwardingTableEndpoint(tableEndpoint)
                .build();
        CompletableFuture<Void> done = new CompletableFuture<>();
        UnaryCall.start(
                transport.channel(controller),
                MembershipGrpc.getRemoveRouterMethod(),
                info,
                headers(),
                TIMEOUT,
                new UnaryCall.Listener<Void>() {
                    @Override
                    public void onAnswer(Void answer) {
                        done.complete(answer);
                    }

                    @Override
                    public void onFailure(Status status, boolean sent) {
                        if (status.getCode() == Status.Code.UNIMPLEMENTED) {
                            done.complete(Void.getDefaultInstance());
                        } else {
                            done.completeExceptionally(new EdgeException(UnaryCall.describe(status)));
                        }
                    }
                });
        return done;
    }

    /** Nobody must be sent to an address that means everywhere: whoever tries calls himself. */
    private <Q, A> CompletionStage<A> announce(MethodDescriptor<Q, A> method, Q request, String... endpoints) {
        for (String endpoint : endpoints) {
            if (AnnouncedEndpoint.isWildcard(Endpoint.parse(endpoint).host())) {
                return CompletableFuture.failedStage(
                        new EdgeException("no address of this node that leads to " + controller + " is known yet"));
            }
        }
        return send(method, request);
    }

    private <Q, A> CompletionStage<A> send(MethodDescriptor<Q, A> method, Q request) {
        return UnaryCall.stage(transport.channel(controller), method, request, headers(), TIMEOUT);
    }

    private Metadata headers() {
        Metadata headers = new Metadata();
        headers.put(CallMetadata.LEASE, Long.toString(lease.toMillis()));
        headers.put(CallMetadata.INSTANCE, instance);
        return headers;
    }
}
