package io.fogwhisk.edge.router;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.rpc.ControlThread;
import io.fogwhisk.edge.rpc.ControllerClient;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.Heartbeat;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunLambda;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.table.Routing;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final Routing routing;
    private final WaitingCalls waiting;
    private final AtomicInteger inFlight = new AtomicInteger();
    private @Nullable EdgePort lambdaPort;
    private @Nullable EdgePort tablePort;
    private @Nullable Heartbeat heartbeat;
    private ControlThread.@Nullable Timer periods;

    /**
     * A router that has not started.
     *
     * @param routing what picks destinations; of this router alone
     */
    public EdgeRouter(EdgeRouterConfig config, Routing routing, EdgeTransport transport, Metrics metrics) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        this.routing = Objects.requireNonNull(routing, "routing is null");
        this.waiting = new WaitingCalls(config.bounds().maxWaiting(), transport.control());
    }

    @Override
    public void start() {
        EdgePort table = transport.open(
                "edge router table", config.host(), config.tablePort(), TableService.of(routing, waiting::freed));
        tablePort = table;
        EdgePort lambdas = transport.open(
                "edge router",
                config.host(),
                config.port(),
                new UnaryService(RunLambda.SERVICE)
                        .method(RunLambda.METHOD, this::route)
                        .build());
        lambdaPort = lambdas;
        if (!routing.period().isZero()) {
            periods = transport.control().every(routing.period(), routing::periodEnded);
        }
        table.announceAs(config.announcedHost(), config.controllerEndpoint());
        lambdas.announceAs(config.announcedHost(), config.controllerEndpoint());
        if (!config.controllerEndpoint().isEmpty()) {
            ControllerClient controller =
                    new ControllerClient(transport, config.controllerEndpoint(), config.heartbeat());
            Heartbeat announcing = new Heartbeat(
                    transport.control(),
                    "edge router " + lambdas.endpoint(),
                    config.heartbeat(),
                    () -> controller.announceRouter(lambdas.endpoint(), table.endpoint()),
                    () -> controller.removeRouter(lambdas.endpoint(), table.endpoint()));
            heartbeat = announcing;
            announcing.start();
        }
        LOG.atInfo()
                .addKeyValue("endpoint", lambdas.endpoint())
                .addKeyValue("table", table.endpoint())
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
        return routing.entries(0);
    }

    /** How many lambdas wait because every destination of theirs is busy. */
    public int waiting() {
        return waiting.size();
    }

    /** How many lambdas are under way, those that wait included. */
    public int inFlight() {
        return inFlight.get();
    }

    @Override
    public void close() {
        if (heartbeat != null) {
            heartbeat.close();
        }
        if (periods != null) {
            periods.close();
        }
        if (lambdaPort != null) {
            lambdaPort.close();
        }
        if (tablePort != null) {
            tablePort.close();
        }
    }

    private void route(RunRequest request, Metadata headers, UnaryService.Answer<RunAnswer> answer) {
        if (Integer.compareUnsigned(request.hops(), MAX_HOPS) > 0) {
            answer.send(RunAnswer.refusal(request, Retcode.LOOP));
            return;
        }
        int maxInFlight = config.bounds().maxInFlight();
        if (inFlight.incrementAndGet() > maxInFlight) {
            inFlight.decrementAndGet();
            answer.send(RunAnswer.refusal(request, Retcode.FULL + " at router " + endpoint() + ": " + maxInFlight));
            return;
        }
        metrics.count(Meter.EDGE_FORWARDED);
        boolean deep = request.hops() % STACKED_HOPS == STACKED_HOPS - 1;
        Forwarding forwarding = new Forwarding(
                transport,
                routing,
                waiting,
                config.bounds().callTimeout(),
                config.emulation().fake(),
                request,
                headers,
                deep ? new Unstacked(answer) : answer,
                inFlight::decrementAndGet);
        Duration held = held();
        if (!held.isZero()) {
            transport.control().after(held, forwarding::resume);
        } else if (deep) {
            transport.control().execute(forwarding::resume);
        } else {
            forwarding.next();
        }
    }

    private Duration held() {
        long longest = config.emulation().maxForwardTime().toNanos();
        long shortest = config.emulation().minForwardTime().toNanos();
        if (longest == 0) {
            return Duration.ZERO;
        }
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(shortest, longest + 1));
    }

    /** Hops within one process nest on one stack, which a lambda in a loop would overflow, also on its way back. */
    private final class Unstacked implements UnaryService.Answer<RunAnswer> {
        private final UnaryService.Answer<RunAnswer> caller;

        Unstacked(UnaryService.Answer<RunAnswer> caller) {
            this.caller = caller;
        }

        @Override
        public void send(RunAnswer answer) {
            transport.control().execute(() -> caller.send(answer));
        }

        @Override
        public boolean isCancelled() {
            return caller.isCancelled();
        }
    }

    private static EdgePort opened(@Nullable EdgePort port) {
        if (port == null) {
            throw new IllegalStateException("the edge router has not started");
        }
        return port;
    }
}
