package io.fogwhisk.edge.computer;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.rpc.ControllerClient;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Heartbeat;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunLambda;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.grpc.Metadata;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs lambdas on an executor and tells the controller which ones it can run: only once its port is open, at once when
 * they change, and again at each heartbeat, so that a controller or a broker that forgot it learns of it. Closing it
 * takes the announcement back and lets calls under way finish.
 *
 * <p>Asynchronous calls, chains and graphs of functions are refused.
 */
public final class EdgeComputer implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeComputer.class);
    private static final int MAX_IN_FLIGHT = 10_000;

    private final EdgeComputerConfig config;
    private final LambdaExecutor executor;
    private final EdgeTransport transport;
    private final Metrics metrics;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile Offer offer = new Offer(Set.of(), Set.of());
    private @Nullable EdgePort port;
    private volatile @Nullable Heartbeat heartbeat;

    /** A computer that has not started. */
    public EdgeComputer(EdgeComputerConfig config, LambdaExecutor executor, EdgeTransport transport, Metrics metrics) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.executor = Objects.requireNonNull(executor, "executor is null");
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
    }

    @Override
    public void start() {
        EdgePort open = transport.open(
                "edge computer",
                config.host(),
                config.port(),
                new UnaryService(RunLambda.SERVICE)
                        .method(RunLambda.METHOD, this::run)
                        .build());
        port = open;
        open.announceAs(config.announcedHost(), config.controllerEndpoint());
        if (!config.controllerEndpoint().isEmpty()) {
            ControllerClient client = new ControllerClient(transport, config.controllerEndpoint(), config.heartbeat());
            Heartbeat announcing = new Heartbeat(
                    transport.control(),
                    "edge computer " + open.endpoint(),
                    config.heartbeat(),
                    () -> {
                        Offer now = offer;
                        return client.announceComputer(open.endpoint(), now.lambdas, now.idempotent);
                    },
                    () -> client.removeComputer(open.endpoint()));
            heartbeat = announcing;
            announcing.start();
        }
        LOG.atInfo().addKeyValue("endpoint", open.endpoint()).log("edge computer started");
    }

    /**
     * Says which lambdas can be run from now on, each of them once per call; returns at once. Before the start it says
     * what to begin with.
     */
    public void announce(Set<String> names) {
        announce(names, Set.of());
    }

    /**
     * Says which lambdas can be run from now on; returns at once. Before the start it says what to begin with.
     *
     * @param idempotent those of them that may run twice when it is not known whether they ran
     */
    public void announce(Set<String> names, Set<String> idempotent) {
        Offer next = new Offer(Set.copyOf(names), Set.copyOf(idempotent));
        boolean changed = !next.equals(offer);
        offer = next;
        Heartbeat running = heartbeat;
        if (changed && running != null) {
            running.changed();
        }
    }

    /** Where it listens; after the start. */
    public String endpoint() {
        EdgePort open = port;
        if (open == null) {
            throw new IllegalStateException("the edge computer has not started");
        }
        return open.endpoint();
    }

    @Override
    public void close() {
        Heartbeat running = heartbeat;
        if (running != null) {
            running.close();
        }
        if (port != null) {
            port.close();
        }
    }

    private void run(RunRequest incoming, Metadata headers, UnaryService.Answer<RunAnswer> answer) {
        LambdaRequest request = incoming.proto();
        String refusal = refusal(request);
        if (!refusal.isEmpty()) {
            answer.send(finished(LambdaResult.failed(refusal), request, 0));
            return;
        }
        if (request.getDry()) {
            answer.send(finished(LambdaResult.done(""), request, 0));
            return;
        }
        if (inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
            inFlight.decrementAndGet();
            String full = Retcode.FULL + " at computer " + endpoint() + ": " + MAX_IN_FLIGHT;
            answer.send(finished(LambdaResult.failed(full), request, 0));
            return;
        }
        long startedAt = System.nanoTime();
        CompletionStage<LambdaResult> stage;
        try {
            stage = executor.run(LambdaCall.fromProto(request, headers));
        } catch (RuntimeException e) {
            inFlight.decrementAndGet();
            answer.send(finished(failed(request, e), request, startedAt));
            return;
        }
        stage.whenComplete((result, failure) -> {
            inFlight.decrementAndGet();
            metrics.count(Meter.EDGE_EXECUTED);
            LambdaResult known = failure == null ? result : failed(request, failure);
            answer.send(finished(known, request, startedAt));
        });
    }

    private static String refusal(LambdaRequest request) {
        if (request.getName().isEmpty()) {
            return "cannot request execution of a lambda with empty name";
        }
        if (!request.getCallback().isEmpty()) {
            return "Cannot handle an asynchronous function invocation";
        }
        if (request.getChainCount() > 1 || request.hasDag()) {
            return "Cannot handle multiple functions without a callback in the request";
        }
        return "";
    }

    private static LambdaResult failed(LambdaRequest request, Throwable failure) {
        LOG.atError().setCause(failure).addKeyValue("lambda", request.getName()).log("lambda executor failed");
        return LambdaResult.failed("invalid '" + request.getName() + "' request: " + failure.getMessage());
    }

    private RunAnswer finished(LambdaResult result, LambdaRequest request, long startedAt) {
        LambdaResponse.Builder response = result.toProto().toBuilder().setHops(request.getHops() + 1);
        if (response.getResponder().isEmpty()) {
            response.setResponder(endpoint());
        }
        if (response.getPtime() == 0 && startedAt != 0) {
            response.setPtime((int) Math.round((System.nanoTime() - startedAt) / 1e6));
        }
        if (request.getStatesCount() > 0) {
            response.putAllStates(request.getStatesMap());
        }
        return RunAnswer.of(response.build());
    }

    private record Offer(Set<String> lambdas, Set<String> idempotent) {}
}
