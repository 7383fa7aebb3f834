package io.fogwhisk.edge.router;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.policy.DestinationPolicy;
import io.fogwhisk.edge.rpc.ControllerClient;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.Heartbeat;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.EdgeServerGrpc;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.table.RoutingTables;
import io.grpc.Metadata;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwards lambdas to the destinations in its tables, which the controller keeps up to date, and learns from the
 * answers who is fast.
 *
 * <p>What a function answers, well or badly, goes back verbatim. A destination that can't be reached is left alone for a
 * while and the call goes to another one; a call that may have been executed is never executed again here, its failure
 * goes back to the caller, who knows whether to repeat it. No thread ever waits.
 */
public final class EdgeRouter implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeRouter.class);
    private static final int MAX_HOPS = 254;
    private static final int STACKED_HOPS = 16;

    private final EdgeRouterConfig config;
    private final EdgeTransport transport;
    private final Metrics metrics;
    private final RoutingTables tables;
    private final AtomicInteger inFlight = new AtomicInteger();
    private @Nullable EdgePort lambdaPort;
    private @Nullable EdgePort tablePort;
    private @Nullable Heartbeat heartbeat;

    /** A router that has not started. */
    public EdgeRouter(EdgeRouterConfig config, EdgeTransport transport, Metrics metrics) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        this.tables = new RoutingTables(DestinationPolicy.named(config.policy()), System::nanoTime);
    }

    @Override
    public void start() {
        EdgePort table =
                transport.open("edge router table", config.host(), config.tablePort(), TableService.of(tables));
        tablePort = table;
        EdgePort lambdas = transport.open(
                "edge router",
                config.host(),
                config.port(),
                new UnaryService(EdgeServerGrpc.getServiceDescriptor())
                        .method(EdgeServerGrpc.getRunLambdaMethod(), this::route)
                        .build());
        lambdaPort = lambdas;
        if (!config.controllerEndpoint().isEmpty()) {
            ControllerClient controller =
                    new ControllerClient(transport, config.controllerEndpoint(), config.heartbeat());
            Heartbeat announcing = new Heartbeat(
                    transport.control(),
                    "edge router " + lambdas.endpoint(),
                    config.heartbeat(),
                    () -> controller.announceRouter(lambdas.endpoint(), table.endpoint()));
            heartbeat = announcing;
            announcing.start();
        }
        LOG.atInfo()
                .addKeyValue("endpoint", lambdas.endpoint())
                .addKeyValue("table", table.endpoint())
                .addKeyValue("policy", config.policy())
                .log("edge router started");
    }

    /** Where lambdas are taken; after the start. */
    public String endpoint() {
        return opened(lambdaPort).endpoint();
    }

    /** Where the tables are served; after the start. */
    public String tableEndpoint() {
        return opened(tablePort).endpoint();
    }

    /** What the overall table holds. */
    public List<ForwardingEntry> entries() {
        return tables.entries(0);
    }

    /** How many lambdas are under way. */
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public void close() {
        if (heartbeat != null) {
            heartbeat.close();
        }
        if (lambdaPort != null) {
            lambdaPort.close();
        }
        if (tablePort != null) {
            tablePort.close();
        }
    }

    private void route(LambdaRequest request, Metadata headers, UnaryService.Answer<LambdaResponse> answer) {
        if (Integer.compareUnsigned(request.getHops(), MAX_HOPS) > 0) {
            answer.send(refusal(request, Retcode.LOOP));
            return;
        }
        if (inFlight.incrementAndGet() > config.maxInFlight()) {
            inFlight.decrementAndGet();
            answer.send(refusal(request, Retcode.FULL + " at router " + endpoint() + ": " + config.maxInFlight()));
            return;
        }
        metrics.count(Meter.EDGE_FORWARDED);
        if (request.getHops() % STACKED_HOPS == STACKED_HOPS - 1) {
            // Hops within one process nest on one stack, which a lambda in a loop would overflow.
            transport
                    .control()
                    .execute(() -> forward(
                            request, headers, response -> transport.control().execute(() -> answer.send(response))));
        } else {
            forward(request, headers, answer::send);
        }
    }

    private void forward(LambdaRequest request, Metadata headers, Consumer<LambdaResponse> answer) {
        LambdaRequest onward = request.toBuilder()
                .setForward(true)
                .setHops(request.getHops() + 1)
                .build();
        new Forwarding(
                        transport,
                        tables.reachability(),
                        tables.of(request.getForward()),
                        config.callTimeout(),
                        onward,
                        headers,
                        response -> {
                            inFlight.decrementAndGet();
                            answer.accept(response);
                        })
                .next();
    }

    private static LambdaResponse refusal(LambdaRequest request, String retcode) {
        return LambdaResponse.newBuilder()
                .setRetcode(retcode)
                .setHops(request.getHops())
                .build();
    }

    private static EdgePort opened(@Nullable EdgePort port) {
        if (port == null) {
            throw new IllegalStateException("the edge router has not started");
        }
        return port;
    }
}
