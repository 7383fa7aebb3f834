package io.fogwhisk.edge.computer;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.rpc.ControllerClient;
import io.fogwhisk.edge.rpc.EdgePort;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Heartbeat;
import io.fogwhisk.edge.rpc.LambdaOffer;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunLambda;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.util.Map;
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
 * <p>Calls whose result goes to a callback, among them chains and graphs of functions, are accepted if it is told to.
 * Whoever calls, no more than ten thousand lambdas are in flight.
 */
public final class EdgeComputer implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeComputer.class);
    private static final int MAX_IN_FLIGHT = 10_000;

    private final EdgeComputerConfig config;
    private final RequestExecutor executor;
    private final Asynchrony asynchrony;
    private final AsynchronousCalls asynchronous;
    private final EdgeTransport transport;
    private final Metrics metrics;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile LambdaOffer offer = LambdaOffer.of(Set.of());
    private @Nullable EdgePort port;
    private volatile @Nullable Heartbeat heartbeat;

    /** A computer that has not started and refuses asynchronous calls. */
    public EdgeComputer(EdgeComputerConfig config, LambdaExecutor executor, EdgeTransport transport, Metrics metrics) {
        this(config, RequestExecutor.of(executor), Asynchrony.NONE, transport, metrics);
    }

    /** A computer that has not started. */
    public EdgeComputer(
            EdgeComputerConfig config,
            RequestExecutor executor,
            Asynchrony asynchrony,
            EdgeTransport transport,
            Metrics metrics) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.executor = Objects.requireNonNull(executor, "executor is null");
        this.asynchrony = Objects.requireNonNull(asynchrony, "asynchrony is null");
        this.transport = Objects.requireNonNull(transport, "transport is null");
        this.metrics = Objects.requireNonNull(metrics, "metrics is null");
        this.asynchronous = new AsynchronousCalls(
                executor, asynchrony, transport, this::endpoint, () -> metrics.count(Meter.EDGE_EXECUTED));
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
                    () -> client.announceComputer(open.endpoint(), offer),
                    () -> client.removeComputer(open.endpoint()));
            heartbeat = announcing;
            announcing.start();
        }
        LOG.atInfo().addKeyValue("endpoint", open.endpoint()).log("edge computer started");
    }

    /** Says which lambdas can be run from now on, as {@link #announce(LambdaOffer)} does; each of them once per call. */
    public void announce(Set<String> names) {
        announce(LambdaOffer.of(names));
    }

    /**
     * Says which lambdas can be run from now on, as {@link #announce(LambdaOffer)} does.
     *
     * @param idempotent those of them that may run twice when it is not known whether they ran
     */
    public void announce(Set<String> names, Set<String> idempotent) {
        announce(new LambdaOffer(names, idempotent, Map.of()));
    }

    /** Says which lambdas can be run from now on; returns at once. Before the start it says what to begin with. */
    public void announce(LambdaOffer next) {
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

    /** How many lambdas are in flight; those whose result goes to a callback until it is there. */
    public int inFlight() {
        return inFlight.get();
    }

    /** How many joins of graphs wait for branches. */
    public int openJoins() {
        return asynchronous.openJoins();
    }

    /** Handles a call as it came from the network. */
    void run(RunRequest incoming, Metadata headers, UnaryService.Answer<RunAnswer> answer) {
        LambdaRequest request = incoming.proto();
        String refusal = Refusal.of(request, asynchrony);
        if (!refusal.isEmpty()) {
            answer.send(finished(RequestExecutor.failure(request, refusal), request));
            return;
        }
        boolean later = !request.getCallback().isEmpty();
        if ((request.getDry() || !later) && !executor.knows(request.getName())) {
            String unknown = Retcode.NO_CONTAINER + request.getName() + " found in computer computer@" + endpoint();
            answer.send(finished(RequestExecutor.failure(request, unknown), request));
            return;
        }
        if (request.getDry()) {
            answer.send(finished(executor.estimate(request), request));
            return;
        }
        Deadline deadline = Context.current().getDeadline();
        if (deadline != null && deadline.isExpired()) {
            String over = Retcode.RPC_FAILED + "the time for the call is over";
            answer.send(finished(RequestExecutor.failure(request, over), request));
            return;
        }
        if (inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
            inFlight.decrementAndGet();
            String full = Retcode.FULL + " at computer " + endpoint() + ": " + MAX_IN_FLIGHT;
            answer.send(finished(RequestExecutor.failure(request, full), request));
        } else if (later) {
            accept(request, headers, answer);
        } else {
            execute(request, headers, answer);
        }
    }

    private void accept(LambdaRequest request, Metadata headers, UnaryService.Answer<RunAnswer> answer) {
        String retcode = asynchronous.accept(request, headers, inFlight::decrementAndGet);
        if (!retcode.equals(Retcode.OK)) {
            inFlight.decrementAndGet();
            answer.send(finished(RequestExecutor.failure(request, retcode), request));
            return;
        }
        answer.send(finished(LambdaResponse.newBuilder().setRetcode(Retcode.OK).setAsynchronous(true), request));
    }

    private void execute(LambdaRequest request, Metadata headers, UnaryService.Answer<RunAnswer> answer) {
        long startedAt = System.nanoTime();
        CompletionStage<LambdaResponse.Builder> stage;
        try {
            stage = executor.run(request, headers);
        } catch (RuntimeException e) {
            inFlight.decrementAndGet();
            answer.send(finished(failed(request, e), request));
            return;
        }
        stage.whenComplete((response, failure) -> {
            inFlight.decrementAndGet();
            metrics.count(Meter.EDGE_EXECUTED);
            LambdaResponse.Builder known = failure == null ? response : failed(request, failure);
            if (known.getPtime() == 0) {
                known.setPtime((int) Math.round((System.nanoTime() - startedAt) / 1e6));
            }
            answer.send(finished(known, request));
        });
    }

    private static LambdaResponse.Builder failed(LambdaRequest request, Throwable failure) {
        LOG.atError().setCause(failure).addKeyValue("lambda", request.getName()).log("lambda executor failed");
        return RequestExecutor.failure(request, failure);
    }

    private RunAnswer finished(LambdaResponse.Builder response, LambdaRequest request) {
        response.setHops(request.getHops() + 1);
        if (response.getResponder().isEmpty()) {
            response.setResponder(endpoint());
        }
        return RunAnswer.of(response.build());
    }
}
