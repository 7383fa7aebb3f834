package io.fogwhisk.edge.computer;

import io.fogwhisk.edge.rpc.CallMetadata;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.workflow.Workflow;
import io.grpc.Metadata;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs calls whose result goes to a callback, one function after the other: the next one goes to the companion, wherever
 * that has it run.
 *
 * <p>Where branches of a graph meet: the computer that runs the first function writes its own endpoint into the request,
 * every branch goes there, and the last one is sent on through the companion, so that any computer may run the function.
 * Failures are told there as well, so that of several only the first is reported. Requests of foreign computers come
 * without that endpoint; their branches meet where they arrive.
 *
 * <p>A call ends with one message to its callback:
 * <ul>
 *   <li>A step that was sent and not answered may run, so its failure is not reported: the result may still come. If it
 *       does not, the join ahead expires, and the caller's own time limit ends a call that has none.
 *   <li>If the computer where branches meet is away, only the graph's main branch ({@link Workflow.Dag#isMain}) reports,
 *       on its own; the others say nothing, as all joins are there, so that the main branch fails too.
 *   <li>What remains: a call may have two failures, with the same uuid, if the computer where branches meet reports one
 *       and is lost right then, or goes on working where the main branch cannot reach it. Never a failure and a result.
 *       Without that endpoint, each computer where a branch fails reports it.
 * </ul>
 *
 * <p>What was accepted is worked off on the control thread, independent of the caller and its deadline.
 */
final class AsynchronousCalls {

    private static final Logger LOG = LoggerFactory.getLogger(AsynchronousCalls.class);
    private static final int MAX_HOPS = 254;

    private final RequestExecutor executor;
    private final Asynchrony asynchrony;
    private final EdgeTransport transport;
    private final Supplier<String> endpoint;
    private final Runnable executed;
    private final Deliveries deliveries;
    private final Joins joins;

    AsynchronousCalls(
            RequestExecutor executor,
            Asynchrony asynchrony,
            EdgeTransport transport,
            Supplier<String> endpoint,
            Runnable executed) {
        this.executor = executor;
        this.asynchrony = asynchrony;
        this.transport = transport;
        this.endpoint = endpoint;
        this.executed = executed;
        this.deliveries = new Deliveries(transport);
        this.joins = new Joins(transport.control(), asynchrony, this::expired);
    }

    /** One step of a call: the request with what its workflow says. */
    private record Step(LambdaRequest request, Optional<Workflow> workflow, Metadata headers, Place place) {

        int index() {
            return request.getNextFunctionIndex();
        }

        boolean isLast() {
            return workflow.map(known -> known.isLast(index())).orElse(true);
        }

        Step with(LambdaRequest other) {
            return new Step(other, workflow, headers, place);
        }
    }

    /** The place of a step among the calls in flight, given back when everything that came of the step has ended. */
    private static final class Place {
        private final AtomicInteger users = new AtomicInteger(1);
        private final Runnable release;

        Place(Runnable release) {
            this.release = release;
        }

        void take() {
            users.incrementAndGet();
        }

        void leave() {
            if (users.decrementAndGet() == 0) {
                release.run();
            }
        }
    }

    /**
     * Accepts a step, or says why not.
     *
     * @param request one that was not refused before
     * @param release run once if the step is accepted, when nothing is left to do for it
     * @return {@link Retcode#OK} or a refusal
     */
    String accept(LambdaRequest request, Metadata headers, Runnable release) {
        Optional<Workflow> workflow =
                Workflow.isIn(request) ? Optional.of(Workflow.fromProto(request)) : Optional.empty();
        Step step = new Step(request, workflow, CallMetadata.passedOn(headers), new Place(release));
        if (!request.getFailure().isEmpty()) {
            work(() -> end(step, request.getFailure()));
            return Retcode.OK;
        }
        if (workflow.orElse(null) instanceof Workflow.Dag dag
                && dag.arrivals(step.index()) > 1
                && !request.getJoined()) {
            return join(step, dag);
        }
        if (!executor.knows(request.getName())) {
            return Retcode.NO_CONTAINER + request.getName() + " found in computer computer@" + endpoint.get();
        }
        work(() -> run(step));
        return Retcode.OK;
    }

    /** How many joins wait for branches. */
    int openJoins() {
        return joins.open();
    }

    private void work(Runnable task) {
        transport.control().execute(task);
    }

    private String join(Step step, Workflow.Dag dag) {
        LambdaRequest request = step.request;
        String home = request.getJoinEndpoint();
        if (!home.isEmpty() && !home.equals(endpoint.get())) {
            if (Integer.compareUnsigned(request.getHops(), MAX_HOPS) > 0) {
                return Retcode.LOOP;
            }
            LambdaRequest onward =
                    request.toBuilder().setHops(request.getHops() + 1).build();
            work(() -> {
                arrive(step, home, onward);
                step.place.leave();
            });
            return Retcode.OK;
        }
        Joins.Arrival arrival = joins.arrive(request, dag);
        if (!arrival.refusal().isEmpty()) {
            return arrival.refusal();
        }
        LambdaRequest complete = arrival.complete();
        work(() -> {
            if (complete != null) {
                LambdaRequest joined = complete.toBuilder()
                        .setJoined(true)
                        .setForward(false)
                        .setJoinEndpoint(endpoint.get())
                        .build();
                send(step.with(joined), asynchrony.companion(), joined);
            }
            step.place.leave();
        });
        return Retcode.OK;
    }

    private void run(Step step) {
        Step begun = step;
        if (step.workflow.orElse(null) instanceof Workflow.Dag dag && step.index() == 0) {
            joins.begin(step.request, dag);
            if (step.request.getJoinEndpoint().isEmpty() && meets(dag)) {
                begun = step.with(
                        step.request.toBuilder().setJoinEndpoint(endpoint.get()).build());
            }
        }
        Step running = begun;
        CompletionStage<LambdaResponse.Builder> stage;
        try {
            stage = executor.run(running.request, running.headers);
        } catch (RuntimeException e) {
            ran(running, null, e);
            return;
        }
        stage.whenComplete((response, failure) -> work(() -> ran(running, response, failure)));
    }

    private void ran(Step step, LambdaResponse.@Nullable Builder response, @Nullable Throwable failure) {
        executed.run();
        if (response == null) {
            Throwable cause = failure == null ? new IllegalStateException("no answer") : failure;
            LOG.atError()
                    .setCause(cause)
                    .addKeyValue("lambda", step.request.getName())
                    .log("lambda executor failed");
            fail(step, RequestExecutor.failure(step.request, cause).getRetcode());
        } else if (!response.getRetcode().equals(Retcode.OK)) {
            fail(step, response.getRetcode());
        } else if (step.isLast()) {
            callBack(step, response.setUuid(step.request.getUuid()));
        } else {
            next(step, response);
        }
        step.place.leave();
    }

    private void next(Step step, LambdaResponse.Builder response) {
        Workflow workflow = step.workflow.orElseThrow();
        List<Integer> after = workflow.after(step.index());
        for (int index : after) {
            LambdaRequest request = step.request.toBuilder()
                    .setName(workflow.functions().get(index))
                    .setInput(response.getOutput())
                    .setDatain(response.getDataout())
                    .clearStates()
                    .putAllStates(response.getStatesMap())
                    .setForward(false)
                    .setHops(step.request.getHops() + 1)
                    .setNextFunctionIndex(index)
                    .setPreviousFunctionIndex(step.index())
                    .clearJoined()
                    .build();
            String home = request.getJoinEndpoint();
            if (workflow.arrivals(index) > 1 && !home.isEmpty()) {
                arrive(step.with(request), home, request);
            } else {
                send(step.with(request), asynchrony.companion(), request);
            }
        }
    }

    private void send(Step step, String to, LambdaRequest request) {
        step.place.take();
        deliveries.send(to, request, step.headers, delivery -> sent(step, to, delivery));
    }

    /** Sends a branch to where it meets the others; each counts once there, so that it may arrive twice. */
    private void arrive(Step step, String home, LambdaRequest request) {
        if (!request.hasPreviousFunctionIndex()) {
            send(step, home, request);
            return;
        }
        step.place.take();
        deliveries.sendRepeatable(home, request, step.headers, delivery -> sent(step, home, delivery));
    }

    private void sent(Step step, String to, Deliveries.Delivery delivery) {
        if (delivery.unclear()) {
            LOG.atWarn()
                    .addKeyValue("lambda", step.request.getName())
                    .addKeyValue("endpoint", to)
                    .addKeyValue("error", delivery.retcode())
                    .log("step was sent, and it is not known whether it runs");
        } else if (!delivery.taken()) {
            fail(step, delivery.retcode());
        }
        step.place.leave();
    }

    private void fail(Step step, String cause) {
        LambdaRequest request = step.request;
        boolean several = step.workflow.map(Workflow::size).orElse(1) > 1;
        String what = several ? "step '" + request.getName() + "' (" + step.index() + ") failed: " + cause : cause;
        String home = request.getJoinEndpoint();
        if (home.isEmpty() || home.equals(endpoint.get())) {
            step.place.take();
            end(step, what);
            return;
        }
        step.place.take();
        LambdaRequest notice = request.toBuilder()
                .setFailure(what)
                .clearInput()
                .clearDatain()
                .clearStates()
                .build();
        deliveries.sendRepeatable(home, notice, step.headers, delivery -> {
            if (delivery.taken()) {
                step.place.leave();
            } else if (isMain(step)) {
                end(step, what);
            } else {
                LOG.atWarn()
                        .addKeyValue("lambda", request.getName())
                        .addKeyValue("endpoint", home)
                        .addKeyValue("error", delivery.retcode())
                        .log("failure of a branch could not be told, the main branch reports");
                step.place.leave();
            }
        });
    }

    private static boolean isMain(Step step) {
        if (!(step.workflow.orElse(null) instanceof Workflow.Dag dag)) {
            return true;
        }
        LambdaRequest request = step.request;
        boolean arriving = dag.arrivals(step.index()) > 1 && !request.getJoined();
        return arriving ? dag.isMain(request.getPreviousFunctionIndex(), step.index()) : dag.isMain(step.index());
    }

    private void expired(LambdaRequest last, String missing) {
        Step step = new Step(last, Optional.of(Workflow.fromProto(last)), new Metadata(), new Place(() -> {}));
        long seconds = Math.max(1, asynchrony.joinTimeout().toSeconds());
        fail(step, "no output of " + missing + " within " + seconds + " s");
    }

    /** Ends a call with a failure, unless that was done before. */
    private void end(Step step, String what) {
        boolean first = !(step.workflow.orElse(null) instanceof Workflow.Dag) || joins.fail(step.request);
        if (first) {
            callBack(step, RequestExecutor.failure(step.request, what).setUuid(step.request.getUuid()));
        }
        step.place.leave();
    }

    private void callBack(Step step, LambdaResponse.Builder response) {
        step.place.take();
        LambdaResponse result = response.setResponder(endpoint.get())
                .setHops(step.request.getHops() + 1)
                .setPtime(0)
                .setLoad1(0)
                .setLoad10(0)
                .setLoad30(0)
                .build();
        deliveries.callBack(step.request.getCallback(), result, step.place::leave);
    }

    private static boolean meets(Workflow.Dag dag) {
        for (int index = 1; index < dag.size(); index++) {
            if (dag.arrivals(index) > 1) {
                return true;
            }
        }
        return false;
    }
}
