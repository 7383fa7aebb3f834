package io.fogwhisk.edge.sim;

import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.proto.LambdaResponse;
import io.fogwhisk.edge.sim.SimCall.Ending;
import io.fogwhisk.edge.table.Pick;
import io.fogwhisk.edge.table.Route;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls on their way: from clients to routers, from there to whom the tables pick, and back. Does with a pick and with an
 * answer what a router does with them: what certainly did not run goes to another destination, what may have run does
 * not, unless it may run twice.
 */
final class CallFlow implements Consumer<Pick> {

    private static final int MAX_HOPS = 254;

    private final SimConfig config;
    private final Domain domain;
    private final Agenda agenda;
    private final SplittableRandom random;
    private final Outcomes outcomes = new Outcomes();
    private final List<SimCall> calls = new ArrayList<>();
    private final ArrayDeque<SimCall> free = new ArrayDeque<>();
    private final RunAnswer good =
            RunAnswer.of(LambdaResponse.newBuilder().setRetcode(Retcode.OK).build());
    private final double meanGapNanos;
    private final long routerNanos;
    private final long localNanos;
    private @Nullable Pick picked;
    private boolean arriving = true;
    private boolean counting;
    private int underWay;

    CallFlow(SimConfig config, Domain domain, Agenda agenda, SplittableRandom random) {
        this.config = config;
        this.domain = domain;
        this.agenda = agenda;
        this.random = random;
        SimConfig.Work work = config.work();
        meanGapNanos = work.serviceMillis() * 1e6 / (work.load() * domain.capacity());
        routerNanos = Agenda.nanos(config.bounds().routerMillis() / 1e3);
        localNanos = Agenda.nanos(config.network().localMillis() / 1e3);
    }

    Outcomes outcomes() {
        return outcomes;
    }

    /** How many calls have neither been answered nor refused. */
    int underWay() {
        return underWay;
    }

    /** From now on calls count. */
    void startCounting() {
        counting = true;
    }

    /** No client sends any more. */
    void stopArriving() {
        arriving = false;
    }

    /** Takes what a router's tables offer; they do so before {@code pick} returns. */
    @Override
    public void accept(Pick pick) {
        picked = pick;
    }

    void planArrival() {
        agenda.after(Math.round(exponential(meanGapNanos)), Event.ARRIVAL, 0);
    }

    void arrival() {
        if (!arriving) {
            return;
        }
        planArrival();
        SimCall call = free.poll();
        if (call == null) {
            call = new SimCall(calls.size());
            calls.add(call);
        }
        SimConfig.Work work = config.work();
        double mean = work.serviceMillis() * 1e6;
        call.bornAt = agenda.getAsLong();
        call.counts = counting;
        call.lambda = domain.drawLambda(random);
        call.workNanos = Math.round(work.exponential() ? exponential(mean) : mean);
        call.routers = 1;
        call.says(Retcode.OK);
        call.hop = new SimCall.Hop(random.nextInt(domain.routers.size()), null);
        underWay++;
        if (counting) {
            outcomes.began();
        }
        agenda.after(localNanos, Event.AT_ROUTER, call.number);
    }

    void atRouter(int number) {
        SimCall call = calls.get(number);
        if (call.routers > MAX_HOPS) {
            refuse(call, Retcode.LOOP);
        } else {
            next(call);
        }
    }

    void atComputer(int number) {
        SimCall call = calls.get(number);
        SimComputer computer = domain.computers.get(call.computer);
        if (!computer.up()) {
            call.ending = Ending.UNREACHABLE;
            back(call, computer);
        } else if (!computer.offers(call.lambda)) {
            call.says(Retcode.NO_CONTAINER + Domain.lambda(call.lambda));
            back(call, computer);
        } else if (!computer.take(call)) {
            call.says(Retcode.FULL + " at " + computer.endpoint);
            back(call, computer);
        }
    }

    void finished(int core) {
        int cores = config.work().cores();
        SimComputer computer = domain.computers.get(core / cores);
        SimCall done = computer.finished(core % cores);
        if (done != null) {
            done.says(Retcode.OK);
            back(done, computer);
        }
    }

    /** A computer goes with all calls in it; their routers see the connection break. */
    void vanish(SimComputer computer) {
        computer.vanish(call -> {
            call.ending = Ending.LOST;
            back(call, computer);
        });
    }

    void atHop(int number) {
        SimCall call = calls.get(number);
        SimCall.Hop hop = call.hop();
        Route route = hop.route();
        switch (call.ending) {
            case UNREACHABLE -> {
                hop.failure = Retcode.RPC_FAILED + route.endpoint() + Retcode.UNREACHABLE + "connection refused";
                route.unreachable(hop.failure);
                goOn(call, hop, route);
            }
            case LOST -> {
                String failure = Retcode.RPC_FAILED + route.endpoint() + ": connection reset";
                route.unanswered(failure);
                if (route.idempotent()) {
                    hop.failure = failure;
                    goOn(call, hop, route);
                } else {
                    refuse(call, failure);
                }
            }
            default -> answered(call, hop, route);
        }
    }

    void resume(int number) {
        SimRouter router = domain.routers.get(number);
        router.resuming = false;
        router.leave().forEach(this::next);
    }

    /** A call ended or an entry came, so that somebody who waits may find a place. */
    void freed(SimRouter router) {
        if (router.anybodyWaits() && !router.resuming) {
            router.resuming = true;
            agenda.after(0, Event.RESUME, router.number);
        }
    }

    void atClient(int number) {
        SimCall call = calls.get(number);
        if (call.counts) {
            if (call.retcode.equals(Retcode.OK)) {
                outcomes.answered(agenda.getAsLong() - call.bornAt, call.routers + 1);
            } else if (Retcode.saysNotExecuted(call.retcode) || call.retcode.equals(Retcode.LOOP)) {
                outcomes.refused();
            } else {
                outcomes.lost();
            }
        }
        underWay--;
        call.hop = null;
        free.add(call);
    }

    private void answered(SimCall call, SimCall.Hop hop, Route route) {
        boolean ok = call.retcode.equals(Retcode.OK);
        if (!ok && Retcode.saysNotExecuted(call.retcode)) {
            route.cancelled();
            hop.failure = call.retcode;
            goOn(call, hop, route);
            return;
        }
        Duration latency = Duration.ofNanos(agenda.getAsLong() - hop.startedAt);
        route.answered(latency, ok ? good : RunAnswer.refusal(domain.requests.get(call.lambda), call.retcode));
        leave(call, hop);
    }

    private void goOn(SimCall call, SimCall.Hop hop, Route route) {
        hop.tried(route.endpoint());
        freed(domain.routers.get(hop.router));
        next(call);
    }

    private void next(SimCall call) {
        SimCall.Hop hop = call.hop();
        SimRouter router = domain.routers.get(hop.router);
        List<RunRequest> requests = hop.caller == null ? domain.requests : domain.forwarded;
        router.routing.pick(requests.get(call.lambda), hop.tried, this);
        Pick pick = picked;
        picked = null;
        if (pick instanceof Route route) {
            send(call, hop, route);
        } else if (pick instanceof Pick.Nowhere nowhere) {
            refuse(call, hop.failure.isEmpty() ? nowhere.cause() : hop.failure);
        } else if (!router.await(call)) {
            refuse(call, Retcode.FULL + " at " + router.endpoint);
        }
    }

    private void send(SimCall call, SimCall.Hop hop, Route route) {
        hop.route = route;
        hop.startedAt = agenda.getAsLong() + routerNanos;
        int node = domain.node(route.endpoint());
        int routers = domain.routers.size();
        if (node < routers) {
            call.hop = new SimCall.Hop(node, hop);
            call.routers++;
            agenda.after(routerNanos + domain.places.delay(hop.router, node), Event.AT_ROUTER, call.number);
        } else {
            call.computer = node - routers;
            int site = domain.computers.get(call.computer).site;
            agenda.after(routerNanos + domain.places.delay(hop.router, site), Event.AT_COMPUTER, call.number);
        }
    }

    private void back(SimCall call, SimComputer from) {
        agenda.after(domain.places.delay(from.site, call.hop().router), Event.BACK, call.number);
    }

    private void refuse(SimCall call, String retcode) {
        call.says(retcode);
        leave(call, call.hop());
    }

    /** Leaves the last router with an answer. */
    private void leave(SimCall call, SimCall.Hop hop) {
        freed(domain.routers.get(hop.router));
        call.ending = Ending.ANSWER;
        SimCall.Hop caller = hop.caller;
        if (caller == null) {
            agenda.after(localNanos, Event.AT_CLIENT, call.number);
        } else {
            call.hop = caller;
            agenda.after(domain.places.delay(hop.router, caller.router), Event.BACK, call.number);
        }
    }

    private double exponential(double mean) {
        return -mean * Math.log(1 - random.nextDouble());
    }
}
