package io.fogwhisk.edge.dispatcher;

import io.fogwhisk.edge.policy.Candidates;
import io.fogwhisk.edge.policy.Destination;
import io.fogwhisk.edge.policy.Peer;
import io.fogwhisk.edge.policy.Peers;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import io.fogwhisk.edge.rpc.RunLambda;
import io.fogwhisk.edge.rpc.RunRequest;
import io.fogwhisk.edge.rpc.UnaryCall;
import io.fogwhisk.edge.table.ForwardingTable;
import io.fogwhisk.edge.table.Pick;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Asks every destination how long a call would take, some at a time and for at most a second in all, and picks the
 * shortest. One that does not answer is set aside like one that a call could not be sent to. Thread-safe.
 */
final class ProbedPick {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    private final ForwardingTable table;
    private final Peers peers;
    private final EdgeTransport transport;
    private final LongSupplier nanoClock;
    private final int maxClients;
    private final RunRequest request;
    private final RunRequest question;
    private final Set<String> tried;
    private final Taker taker;
    // The caller's, in which the pick is taken; questions have their own, for its end must not look like a dead peer's.
    private final Context context = Context.current();
    private final long deadline = System.nanoTime() + PATIENCE;
    // The rest is guarded by this.
    private final ArrayDeque<Peer> left = new ArrayDeque<>();
    private final Map<String, Integer> millis = new HashMap<>();
    private int asking;
    private boolean asks;
    private boolean done;
    private boolean full;
    private String cause = "";

    /** Takes the pick. */
    @FunctionalInterface
    interface Taker {
        /**
         * Takes it.
         *
         * @param millis what the destination said, 0 if there is none
         */
        void take(Pick pick, int millis);
    }

    ProbedPick(
            ForwardingTable table,
            Peers peers,
            EdgeTransport transport,
            LongSupplier nanoClock,
            int maxClients,
            RunRequest request,
            Collection<String> tried,
            Taker taker) {
        this.table = table;
        this.peers = peers;
        this.transport = transport;
        this.nanoClock = nanoClock;
        this.maxClients = maxClients;
        this.request = request;
        this.question = request.onward().asDry();
        this.tried = new HashSet<>(tried);
        this.taker = taker;
    }

    void start() {
        List<Peer> all = table.peers(request.name());
        synchronized (this) {
            for (Peer each : all) {
                if (!tried.contains(each.endpoint())) {
                    left.add(each);
                }
            }
        }
        goOn();
    }

    /** Asks as many as may be asked now. Answers may come before a question has returned, hence the flag. */
    private void goOn() {
        synchronized (this) {
            if (asks) {
                return;
            }
            asks = true;
        }
        while (true) {
            Peer next;
            synchronized (this) {
                if (left.isEmpty() || asking == maxClients) {
                    asks = false;
                    if (asking > 0 || !left.isEmpty() || done) {
                        return;
                    }
                    done = true;
                    break;
                }
                next = left.remove();
                asking++;
            }
            ask(next);
        }
        context.run(this::finish);
    }

    private void ask(Peer peer) {
        Duration time = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        if (time.isZero()) {
            ended(peer, -1, Retcode.RPC_FAILED + "there was no time to ask " + peer.endpoint());
            return;
        }
        Peer.Admission admission = peer.start(nanoClock.getAsLong());
        if (!admission.granted()) {
            if (admission == Peer.Admission.FULL) {
                synchronized (this) {
                    full = true;
                }
            }
            ended(peer, -1, peer.cause());
            return;
        }
        Question asked = new Question(peer, admission == Peer.Admission.PROBES);
        Context.ROOT.run(() -> {
            try {
                UnaryCall.start(
                        transport.channel(peer.endpoint()), RunLambda.METHOD, question, new Metadata(), time, asked);
            } catch (EdgeException e) {
                asked.onFailure(Status.UNAVAILABLE.withDescription(e.getMessage()), false);
            }
        });
    }

    private void ended(Peer peer, int answer, String why) {
        synchronized (this) {
            asking--;
            if (answer >= 0) {
                millis.put(peer.endpoint(), answer);
            } else {
                tried.add(peer.endpoint());
                cause = why.isEmpty() ? cause : why;
            }
        }
        goOn();
    }

    private void finish() {
        Map<String, Integer> answers;
        Set<String> silent;
        boolean anyFull;
        String lastCause;
        synchronized (this) {
            answers = Map.copyOf(millis);
            silent = Set.copyOf(tried);
            anyFull = full;
            lastCause = cause;
        }
        if (answers.isEmpty()) {
            Pick none = lastCause.isEmpty() ? new Pick.Nowhere(Retcode.NO_DESTINATION) : new Pick.Nowhere(lastCause);
            taker.take(anyFull ? new Pick.Busy() : none, 0);
            return;
        }
        List<Destination> chosen = new ArrayList<>();
        Pick pick = table.pick(request.name(), silent, (candidates, now) -> {
            Destination shortest = shortest(candidates, answers);
            chosen.add(shortest);
            return shortest;
        });
        Integer said = chosen.isEmpty()
                ? null
                : answers.get(chosen.get(chosen.size() - 1).endpoint());
        taker.take(pick, said == null ? 0 : said);
    }

    private static Destination shortest(Candidates candidates, Map<String, Integer> answers) {
        Destination best = candidates.get(0);
        int shortest = answers.getOrDefault(best.endpoint(), Integer.MAX_VALUE);
        for (int i = 1; i < candidates.size(); i++) {
            Destination each = candidates.get(i);
            int millis = answers.getOrDefault(each.endpoint(), Integer.MAX_VALUE);
            if (millis < shortest || (millis == shortest && each.inFlight() < best.inFlight())) {
                best = each;
                shortest = millis;
            }
        }
        return best;
    }

    private final class Question implements UnaryCall.Listener<RunAnswer> {
        private final Peer peer;
        private final boolean probes;

        Question(Peer peer, boolean probes) {
            this.peer = peer;
            this.probes = probes;
        }

        @Override
        public void onAnswer(RunAnswer answer) {
            peers.answered(peer, answer.load1(), nanoClock.getAsLong());
            ended(peer, answer.ok() ? Math.max(0, answer.processingMillis()) : -1, answer.retcode());
        }

        @Override
        public void onFailure(Status status, boolean sent) {
            // Nothing was executed in either case, and who cannot say how long it takes is not going to be fast.
            String why = Retcode.RPC_FAILED + peer.endpoint() + Retcode.UNREACHABLE + UnaryCall.describe(status);
            peers.unreachable(peer, probes, why, nanoClock.getAsLong());
            ended(peer, -1, why);
        }
    }
}
