package io.fogwhisk.edge.security;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.EdgeDomain;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.controller.EdgeControllerConfig;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.proto.ComputerInfo;
import io.fogwhisk.edge.rpc.proto.EdgeControllerGrpc;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.rpc.proto.ForwardingTable;
import io.fogwhisk.edge.rpc.proto.RouterInfo;
import io.fogwhisk.edge.rpc.proto.TableId;
import io.fogwhisk.edge.table.RoutingTables;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A controller, a router and a computer that runs {@code echo}, each in a process of its own, so to say. */
final class SecuredDomain implements AutoCloseable {

    private final Deque<Runnable> open = new ArrayDeque<>();
    final EdgeController controller;
    final EdgeRouter router;
    final EdgeComputer computer;

    SecuredDomain(EdgeSecurity security) {
        Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");
        controller = new EdgeController(
                new EdgeControllerConfig("127.0.0.1", 0, Duration.ofSeconds(30)), transport(security));
        open.push(controller::close);
        controller.start();
        router = new EdgeRouter(
                EdgeDomain.config(0, 0, controller.endpoint(), 100, EdgeDomain.TIMEOUT),
                RoutingTables.of("type=random", "type=async,alpha=0.95", 0, System::nanoTime),
                transport(security),
                metrics);
        open.push(router::close);
        router.start();
        computer = new EdgeComputer(
                new EdgeComputerConfig("127.0.0.1", 0, controller.endpoint(), EdgeDomain.HEARTBEAT),
                EdgeDomain.ECHO,
                transport(security),
                metrics);
        open.push(computer::close);
        computer.announce(Set.of("echo"));
        computer.start();
        EdgeDomain.awaitRoute(router, "echo", computer.endpoint());
    }

    /** Another node's transport. */
    EdgeTransport transport(EdgeSecurity security) {
        EdgeTransport transport = new EdgeTransport("node", 1, security);
        open.push(transport::close);
        return transport;
    }

    /** Calls {@code echo} at the router. */
    LambdaResult call(EdgeTransport caller) {
        return new EdgeClient(caller)
                .call(router.endpoint(), LambdaCall.of("echo", "hello"), EdgeDomain.TIMEOUT)
                .toCompletableFuture()
                .join();
    }

    /** The router's table as a caller sees it. */
    ForwardingTable table(EdgeTransport caller) {
        return ask(caller, router.tableEndpoint(), EdgeRouterGrpc.getGetTableMethod(), TableId.getDefaultInstance());
    }

    /** Tries everything that changes the domain, and says how each attempt failed; "done" if it did not. */
    List<String> attack(EdgeTransport attacker) {
        ComputerInfo own = ComputerInfo.newBuilder()
                .setEdgeServerEndpoint("127.0.0.1:9")
                .addContainers(ComputerInfo.Container.newBuilder().setLambda("echo"))
                .build();
        ComputerInfo theirs = ComputerInfo.newBuilder()
                .setEdgeServerEndpoint(computer.endpoint())
                .addContainers(ComputerInfo.Container.newBuilder().setLambda("captured"))
                .build();
        RouterInfo spy = RouterInfo.newBuilder()
                .setEdgeServerEndpoint("127.0.0.1:9")
                .setForwardingTableEndpoint("127.0.0.1:9")
                .build();
        EdgeRouterConf flush = EdgeRouterConf.newBuilder()
                .setAction(EdgeRouterConf.Action.FLUSH)
                .build();
        EdgeRouterConf change = EdgeRouterConf.newBuilder()
                .setAction(EdgeRouterConf.Action.CHANGE)
                .setLambda("echo")
                .setDestination("127.0.0.1:9")
                .setWeight(0.001f)
                .build();
        List<String> outcomes = new ArrayList<>();
        for (ComputerInfo each : List.of(own, theirs)) {
            outcomes.add(
                    attempt(attacker, controller.endpoint(), EdgeControllerGrpc.getAnnounceComputerMethod(), each));
        }
        outcomes.add(attempt(attacker, controller.endpoint(), EdgeControllerGrpc.getAnnounceRouterMethod(), spy));
        outcomes.add(attempt(attacker, controller.endpoint(), EdgeControllerGrpc.getRemoveComputerMethod(), theirs));
        for (EdgeRouterConf each : List.of(change, flush)) {
            outcomes.add(attempt(attacker, router.tableEndpoint(), EdgeRouterGrpc.getConfigureMethod(), each));
        }
        return outcomes;
    }

    <Q> String attempt(EdgeTransport caller, String endpoint, MethodDescriptor<Q, ?> method, Q request) {
        return stage(caller, endpoint, method, request)
                .handle((answer, failure) -> failure == null ? "done" : String.valueOf(failure.getMessage()))
                .toCompletableFuture()
                .join();
    }

    private static <Q, A> A ask(EdgeTransport caller, String endpoint, MethodDescriptor<Q, A> method, Q request) {
        return stage(caller, endpoint, method, request).toCompletableFuture().join();
    }

    private static <Q, A> CompletionStage<A> stage(
            EdgeTransport caller, String endpoint, MethodDescriptor<Q, A> method, Q request) {
        return UnaryCall.stage(caller.channel(endpoint), method, request, new Metadata(), EdgeDomain.TIMEOUT);
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }
}
