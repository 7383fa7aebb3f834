package io.fogwhisk.bridge;

import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.bridge.client.BridgeConfig;
import io.fogwhisk.bridge.client.BridgeOpenWhisk;
import io.fogwhisk.bridge.computer.WhiskComputer;
import io.fogwhisk.bridge.computer.WhiskSite;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.controller.EdgeControllerConfig;
import io.fogwhisk.edge.router.EdgeRouter;
import io.fogwhisk.edge.router.EdgeRouterConfig;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.table.RoutingTables;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.AuthKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** An edge domain with an OpenWhisk behind it, in one process or with a TCP hop between all. */
public final class BridgedSite implements AutoCloseable {

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private final boolean inProcess;
    private final EdgeTransport shared = new EdgeTransport("site");
    private final Deque<Runnable> open = new ArrayDeque<>();
    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "site");
    public final InMemoryOpenWhisk whisk = new InMemoryOpenWhisk();
    public final EdgeController controller;
    public final EdgeRouter router;

    public BridgedSite(boolean inProcess) {
        this.inProcess = inProcess;
        open.push(shared::close);
        controller = new EdgeController(new EdgeControllerConfig("127.0.0.1", 0, Duration.ofSeconds(3)), transport());
        open.push(controller::close);
        controller.start();
        router = new EdgeRouter(
                new EdgeRouterConfig(
                        "127.0.0.1",
                        0,
                        0,
                        Optional.empty(),
                        controller.endpoint(),
                        new EdgeRouterConfig.Bounds(100, 0, Duration.ofSeconds(10)),
                        EdgeRouterConfig.Emulation.NONE,
                        HEARTBEAT),
                RoutingTables.of("type=round-robin", "type=async,alpha=0.95", 0, System::nanoTime),
                transport(),
                metrics);
        open.push(router::close);
        router.start();
    }

    public EdgeTransport transport() {
        if (inProcess) {
            return shared;
        }
        EdgeTransport own = new EdgeTransport("node");
        open.push(own::close);
        return own;
    }

    /** A computer in front of the OpenWhisk. */
    public WhiskComputer computer(Optional<AuthKey> defaultKey) {
        WhiskComputer computer = new WhiskComputer(
                new EdgeComputerConfig("127.0.0.1", 0, controller.endpoint(), HEARTBEAT),
                new WhiskSite(whisk, whisk, Optional.empty(), defaultKey),
                transport(),
                metrics);
        open.push(computer::close);
        computer.start();
        return computer;
    }

    public BridgeOpenWhisk bridge() {
        return bridge(whisk);
    }

    public BridgeOpenWhisk bridge(Identities identities) {
        return new BridgeOpenWhisk(
                new BridgeConfig(router.endpoint(), Duration.ofSeconds(20)), identities, transport());
    }

    public void awaitLambda(String lambda) {
        await().until(() -> knows(lambda));
    }

    public boolean knows(String lambda) {
        return router.entries().stream().anyMatch(entry -> entry.lambda().equals(lambda));
    }

    public static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10));
    }

    public static Outcome join(CompletionStage<Outcome> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }
}
