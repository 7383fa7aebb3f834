package io.fogwhisk.edge.router;

import io.fogwhisk.edge.rpc.CallMetadata;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunLambda;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.rpc.UnaryService;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.table.Pick;
import io.fogwhisk.edge.table.Route;
import io.fogwhisk.edge.table.Routing;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One lambda on its way, from one destination to the next until one takes it. Used by one thread at a time. */
final class Forwarding implements UnaryCall.Listener<RunAnswer>, Consumer<Pick> {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

    // What a node says that cannot read a request, or cannot take one of that size: it is there, and any caller could
    // have it set aside otherwise.
    private static final Set<Status.Code> REFUSED =
            EnumSet.of(Status.Code.INTERNAL, Status.Code.INVALID_ARGUMENT, Status.Code.RESOURCE_EXHAUSTED);

    private final EdgeTransport transport;
    private final Routing routing;
    private final WaitingCalls waiting;
    private final boolean fake;
    private final RunRequest request;
    private final RunRequest onward;
    private final Metadata headers;
    private final UnaryService.Answer<RunAnswer> answer;
    private final Runnable ended;
    // The caller's, with its deadline and its going away; the call to a destination must end with it.
    private final Context context = Context.current();
    private final long deadline;
    private List<String> tried = List.of();
    private String failure = "";
    private @Nullable Route route;
    private long startedAt;
    private int seen;
    private boolean waited;
    private boolean listening;
    private boolean finished;
    // Read by whoever resumed the call while it may have gone on elsewhere.
    private volatile boolean placed;

    /**
     * A lambda that goes nowhere yet.
     *
     * @param request as it came
     * @param timeout for the whole way, less if the caller has less patience
     * @param fake true to make up an answer where the destination would be called
     * @param ended called before the answer is sent
     */
    Forwarding(
            EdgeTransport transport,
            Routing routing,
            WaitingCalls waiting,
            Duration timeout,
            boolean fake,
            RunRequest request,
            Metadata headers,
            UnaryService.Answer<RunAnswer> answer,
            Runnable ended) {
        this.transport = transport;
        this.routing = routing;
        this.waiting = waiting;
        this.fake = fake;
        this.request = request;
        this.onward = request.onward();
        this.headers = headers;
        this.answer = answer;
        this.ended = ended;
        Deadline callers = context.getDeadline();
        long most = timeout.toNanos();
        long nanos = callers == null ? most : Math.min(most, callers.timeRemaining(TimeUnit.NANOSECONDS));
        this.deadline = System.nanoTime() + nanos;
    }

    String lambda() {
        return request.name();
    }

    /** How long the call may still take. */
    Duration left() {
        long nanos = deadline - System.nanoTime();
        return nanos <= 0 ? Duration.ZERO : Duration.ofNanos(nanos);
    }

    /** Whether nobody waits for the answer any more. */
    boolean abandoned() {
        return answer.isCancelled();
    }

    /** Goes on; throws nothing, as it may run on the thread of another call. */
    void next() {
        seen = waiting.endings();
        try {
            routing.pick(request, tried, this);
        } catch (RuntimeException e) {
            if (finished || !(e instanceof EdgeException)) {
                LOG.atError().setCause(e).addKeyValue("lambda", lambda()).log("lambda not forwarded");
            }
            if (!finished) {
                refuse(String.valueOf(e.getMessage()));
            }
        }
    }

    /**
     * Tries again after a wait, on the thread of another call, whose deadline must not become ours.
     *
     * @return whether it goes to a destination; false also if that is not known yet
     */
    boolean resume() {
        placed = false;
        context.run(this::next);
        return placed;
    }

    @Override
    public void accept(Pick pick) {
        if (pick instanceof Route to) {
            send(to);
        } else if (pick instanceof Pick.Nowhere nowhere) {
            refuse(failure.isEmpty() ? nowhere.cause() : failure);
        } else {
            await();
        }
    }

    private void await() {
        if (!listening) {
            listening = true;
            context.addListener(over -> abandon(), Runnable::run);
        }
        // As soon as it waits another thread may resume it.
        boolean before = waited;
        waited = true;
        switch (waiting.add(this, seen, before)) {
            case WAITS -> {
                if (abandoned()) {
                    abandon();
                }
            }
            case LOOK_AGAIN -> {
                waited = before;
                next();
            }
            default ->
                refuse(Retcode.FULL + " towards every destination of " + request.name() + ", and " + waiting.limit()
                        + " calls wait already");
        }
    }

    /** The caller's context also ends with every answered call. */
    private void abandon() {
        if (!finished) {
            waiting.abandon(this);
        }
    }

    /** Answers with a refusal. */
    void refuse(String retcode) {
        finish(RunAnswer.refusal(onward, retcode));
    }

    private void send(Route to) {
        route = to;
        placed = true;
        startedAt = System.nanoTime();
        Duration left = left();
        if (left.isZero()) {
            to.cancelled();
            refuse(failure.isEmpty() ? Retcode.RPC_FAILED + "the time for the call is over" : failure);
            return;
        }
        if (fake) {
            makeUp(to);
            return;
        }
        Channel channel;
        try {
            channel = transport.channel(to.endpoint());
        } catch (EdgeException e) {
            onFailure(Status.UNAVAILABLE.withDescription(e.getMessage()), false);
            return;
        }
        // gRPC writes into the metadata of a call, so each attempt gets its own.
        UnaryCall.start(channel, RunLambda.METHOD, onward, CallMetadata.passedOn(headers), left, this);
    }

    /** Answers at once, as if it had taken from a millisecond to a second more. */
    private void makeUp(Route to) {
        RunAnswer made = RunAnswer.of(LambdaResponse.newBuilder()
                .setRetcode(Retcode.OK)
                .setResponder(to.endpoint())
                .setHops(onward.hops())
                .build());
        to.answered(Duration.ofNanos(ThreadLocalRandom.current().nextLong(1_000_000, 1_001_000_000)), made);
        finish(made);
    }

    @Override
    public void onAnswer(RunAnswer response) {
        Route from = started();
        if (!response.ok() && Retcode.saysNotExecuted(response.retcode())) {
            from.cancelled();
            failure = response.retcode();
            goOn(from);
            return;
        }
        from.answered(Duration.ofNanos(System.nanoTime() - startedAt), response);
        finish(response.responder().isEmpty() ? response.from(from.endpoint()) : response);
    }

    @Override
    public void onFailure(Status status, boolean sent) {
        Route from = started();
        String destination = from.endpoint();
        if (abandoned()) {
            from.cancelled();
            finish(RunAnswer.refusal(onward, Retcode.RPC_FAILED + "the caller went away"));
            return;
        }
        if (!sent && status.getCode() == Status.Code.UNAVAILABLE) {
            failure = Retcode.RPC_FAILED + destination + Retcode.UNREACHABLE + UnaryCall.describe(status);
            from.unreachable(failure);
            goOn(from);
            return;
        }
        failure = Retcode.RPC_FAILED + destination + ": " + status.getCode() + ", " + UnaryCall.describe(status);
        if (sent && REFUSED.contains(status.getCode())) {
            from.answered(Duration.ofNanos(System.nanoTime() - startedAt), RunAnswer.refusal(onward, failure));
        } else {
            from.unanswered(failure);
        }
        if (from.idempotent() || CallMetadata.saysIdempotent(headers)) {
            goOn(from);
        } else {
            refuse(failure);
        }
    }

    private void goOn(Route from) {
        if (tried.isEmpty()) {
            tried = new ArrayList<>();
        }
        tried.add(from.endpoint());
        waiting.freed();
        next();
    }

    private void finish(RunAnswer response) {
        finished = true;
        ended.run();
        answer.send(response);
        waiting.freed();
    }

    private Route started() {
        Route known = route;
        if (known == null) {
            throw new IllegalStateException("an answer without a call");
        }
        return known;
    }
}
