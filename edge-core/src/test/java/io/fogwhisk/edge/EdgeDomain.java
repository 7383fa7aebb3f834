package io.fogwhisk.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.computer.LambdaExecutor;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.controller.EdgeControllerConfig;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.router.EdgeRouterConfig;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.proto.EdgeRouterConf;
import io.fogwhisk.edge.rpc.proto.EdgeRouterGrpc;
import io.fogwhisk.edge.table.Routing;
import io.fogwhisk.edge.table.RoutingTables;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** An edge domain for a test: in one process, or with a transport per node so that every hop is a TCP one. */
public final class EdgeDomain implements AutoCloseable {

    public static final LambdaExecutor ECHO = call -> CompletableFuture.completedStage(LambdaResult.done(call.input()));
    public static final Duration TIMEOUT = Duration.ofSeconds(20);
    public static final Duration HEARTBEAT = Duration.ofMillis(100);
    public static final Duration LEASE = Duration.ofMillis(500);

    private final boolean inProcess;
    private final EdgeTransport shared = new EdgeTransport("test");
    private final Deque<Runnable> open = new ArrayDeque<>();
    public final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");

    public EdgeDomain(boolean inProcess) {
        this.inProcess = inProcess;
        open.push(shared::close);
    }

    public EdgeTransport transport() {
        if (inProcess) {
            return shared;
        }
        EdgeTransport own = new EdgeTransport("node");
        open.push(own::close);
        return own;
    }

    public EdgeController controller(int port) {
        EdgeController controller = new EdgeController(new EdgeControllerConfig("127.0.0.1", port, LEASE), transport());
        open.push(controller::close);
        controller.start();
        return controller;
    }

    public EdgeRouter router(String controller) {
        return router(controller, 1_000, Duration.ofSeconds(10));
    }

    public EdgeRouter router(String controller, int maxInFlight, Duration callTimeout) {
        return router(config(0, 0, controller, maxInFlight, callTimeout), "random");
    }

    public EdgeRouter router(EdgeRouterConfig config, String policy) {
        return router(config, RoutingTables.of("type=" + policy, "type=async,alpha=0.95", 0, System::nanoTime));
    }

    public EdgeRouter router(EdgeRouterConfig config, Routing routing) {
        EdgeRouter router = new EdgeRouter(config, routing, transport(), metrics);
        open.push(router::close);
        router.start();
        return router;
    }

    public static EdgeRouterConfig config(
            int port, int tablePort, String controller, int maxInFlight, Duration callTimeout) {
        return new EdgeRouterConfig(
                "127.0.0.1",
                port,
                tablePort,
                Optional.empty(),
                controller,
                new EdgeRouterConfig.Bounds(maxInFlight, maxInFlight, callTimeout),
                EdgeRouterConfig.Emulation.NONE,
                HEARTBEAT);
    }

    public EdgeComputer computer(String controller, int port, LambdaExecutor executor, String... lambdas) {
        EdgeComputer computer = new EdgeComputer(
                new EdgeComputerConfig("127.0.0.1", port, controller, HEARTBEAT), executor, transport(), metrics);
        open.push(computer::close);
        computer.announce(Set.of(lambdas));
        computer.start();
        return computer;
    }

    public LambdaResult call(String endpoint, LambdaCall call) {
        return new EdgeClient(shared)
                .call(endpoint, call, TIMEOUT)
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** Tells a router, as an operator does, that a destination runs a lambda. */
    public void install(EdgeRouter router, String destination, String lambda) {
        assertThat(configure(router, EdgeRouterConf.Action.CHANGE, lambda, destination, 1, true))
                .isEqualTo("OK");
    }

    public String configure(
            EdgeRouter router,
            EdgeRouterConf.Action action,
            String lambda,
            String destination,
            float weight,
            boolean isFinal) {
        return EdgeRouterGrpc.newBlockingStub(transport().channel(router.tableEndpoint()))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .configure(EdgeRouterConf.newBuilder()
                        .setAction(action)
                        .setLambda(lambda)
                        .setDestination(destination)
                        .setWeight(weight)
                        .setFinal(isFinal)
                        .build())
                .getMsg();
    }

    /** Why a call failed. */
    public static String retcode(LambdaResult result) {
        assertThat(result).isInstanceOf(LambdaResult.Failed.class);
        return ((LambdaResult.Failed) result).retcode();
    }

    public static void awaitRoutes(EdgeRouter router, int count) {
        await().until(() -> router.entries().size() == count);
    }

    public static void awaitRoute(EdgeRouter router, String lambda, String destination) {
        await().until(() -> knows(router, lambda, destination));
    }

    public static boolean knows(EdgeRouter router, String lambda, String destination) {
        return router.entries().stream()
                .map(ForwardingEntry::toProto)
                .anyMatch(entry -> entry.getLambda().equals(lambda)
                        && entry.getDestination().equals(destination));
    }

    public static ConditionFactory await() {
        return Awaitility.await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(10));
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }
}
