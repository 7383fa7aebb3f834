package io.fogwhisk.edge.table;

import io.fogwhisk.edge.policy.Candidates;
import io.fogwhisk.edge.policy.Destination;
import io.fogwhisk.edge.policy.DestinationPolicy;
import io.fogwhisk.edge.policy.Destinations;
import io.fogwhisk.edge.policy.Peer;
import io.fogwhisk.edge.policy.Peers;
import io.fogwhisk.edge.policy.WeightOptimizer;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.edge.rpc.RunAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Which destinations can run a lambda and at which weight. Thread-safe: each lambda's row has its own lock, which is
 * never held during a call.
 */
public final class ForwardingTable {

    private static final Pick NOWHERE = new Pick.Nowhere(Retcode.NO_DESTINATION);
    private static final Pick BUSY = new Pick.Busy();
    private static final double NANOS = 1e9;

    private final ConcurrentHashMap<String, Row> rows = new ConcurrentHashMap<>();
    private final WeightOptimizer optimizer;
    private final Peers peers;
    private final LongSupplier nanoClock;

    /**
     * An empty table.
     *
     * @param peers the nodes, shared by all tables of a router
     */
    public ForwardingTable(WeightOptimizer optimizer, Peers peers, LongSupplier nanoClock) {
        this.optimizer = Objects.requireNonNull(optimizer, "optimizer is null");
        this.peers = Objects.requireNonNull(peers, "peers is null");
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock is null");
    }

    /**
     * Adds a destination, or configures a known one; then it counts as not measured yet. An entry that a controller of
     * ours says again, as it was configured before, keeps what was measured. In any case a destination that was set aside
     * may be tried at once.
     *
     * @return false if it was said again
     * @throws EdgeException if the weight is 0, which would draw every call
     */
    public boolean change(ForwardingEntry entry) {
        if (entry.weight() == 0) {
            throw new EdgeException("Invalid destination towards '" + entry.destination() + "': weight must be > 0");
        }
        AtomicBoolean changed = new AtomicBoolean();
        rows.compute(entry.lambda(), (lambda, known) -> {
            Row row = known == null ? new Row() : known;
            changed.set(row.change(entry));
            return row;
        });
        return changed.get();
    }

    /** Removes a destination; nothing happens if it is not there. */
    public void remove(String lambda, String destination) {
        rows.computeIfPresent(lambda, (key, row) -> row.remove(destination) ? row : null);
    }

    /** Removes everything. */
    public void flush() {
        for (String lambda : rows.keySet()) {
            rows.computeIfPresent(lambda, (key, row) -> {
                row.clear();
                return null;
            });
        }
    }

    /**
     * Picks a destination that can be reached, and counts the call as started.
     *
     * @param tried endpoints that this call must not try again
     * @param policy chooses among those that come into question
     */
    public Pick pick(String lambda, Collection<String> tried, DestinationPolicy policy) {
        Row row = rows.get(lambda);
        return row == null ? NOWHERE : row.pick(tried, policy);
    }

    /** The nodes that a lambda could be sent to, those that are full or set aside included. */
    public List<Peer> peers(String lambda) {
        Row row = rows.get(lambda);
        return row == null ? List.of() : row.peers();
    }

    /** Every entry, by lambda and then in the order in which they came. */
    public List<ForwardingEntry> entries() {
        List<ForwardingEntry> entries = new ArrayList<>();
        rows.forEach((lambda, row) -> row.list(lambda, entries));
        entries.sort(Comparator.comparing(ForwardingEntry::lambda));
        return entries;
    }

    /** A period of the optimizer has ended. */
    public void periodEnded() {
        rows.values().forEach(Row::periodEnded);
    }

    private final class Row {
        private final Destinations destinations = new Destinations(peers.random());

        synchronized boolean change(ForwardingEntry entry) {
            Optional<Destination> known = destinations.find(entry.destination());
            Destination destination = known.orElseGet(() -> new Destination(
                    peers.acquire(entry.destination()), entry.weight(), entry.finalDestination(), optimizer.learns()));
            if (!destination.configure(entry)) {
                destination.peer().confirmed(nanoClock.getAsLong());
                return false;
            }
            destination.peer().announced();
            if (known.isEmpty()) {
                destinations.add(destination);
            } else {
                destinations.watch(destination);
            }
            return true;
        }

        synchronized boolean remove(String destination) {
            destinations.remove(destination).ifPresent(removed -> peers.release(removed.peer()));
            return destinations.size() > 0;
        }

        synchronized void clear() {
            destinations.clear().forEach(removed -> peers.release(removed.peer()));
        }

        synchronized Pick pick(Collection<String> tried, DestinationPolicy policy) {
            if (destinations.size() == 0) {
                return NOWHERE;
            }
            long now = nanoClock.getAsLong();
            // Mostly the first choice will do; only otherwise is it worth looking at every destination.
            Destination chosen = policy.choose(destinations, now);
            Peer.Admission admission = admit(chosen, tried, now);
            if (!admission.granted()) {
                List<Destination> left = destinations.those(each -> !tried.contains(each.endpoint())
                        && each.peer().admission(now).granted());
                Candidates candidates = Candidates.of(left);
                while (!admission.granted()) {
                    left.remove(chosen);
                    if (left.isEmpty()) {
                        return nobody(tried, now);
                    }
                    // Another lambda's call may take the last place meanwhile, so this too may need another try.
                    chosen = policy.choose(candidates, now);
                    admission = admit(chosen, tried, now);
                }
            }
            policy.taken(chosen, now);
            chosen.started(now);
            return new Started(this, chosen, admission == Peer.Admission.PROBES);
        }

        private Peer.Admission admit(Destination chosen, Collection<String> tried, long now) {
            return !tried.isEmpty() && tried.contains(chosen.endpoint())
                    ? Peer.Admission.SET_ASIDE
                    : chosen.peer().start(now);
        }

        private Pick nobody(Collection<String> tried, long now) {
            Peer last = null;
            for (int i = 0; i < destinations.size(); i++) {
                Peer each = destinations.get(i).peer();
                if (tried.contains(each.endpoint())) {
                    continue;
                }
                if (each.admission(now) != Peer.Admission.SET_ASIDE) {
                    return BUSY;
                }
                last = last == null || each.failedAfter(last) ? each : last;
            }
            return last == null ? NOWHERE : new Pick.Nowhere(last.cause());
        }

        synchronized List<Peer> peers() {
            List<Peer> all = new ArrayList<>(destinations.size());
            for (int i = 0; i < destinations.size(); i++) {
                all.add(destinations.get(i).peer());
            }
            return all;
        }

        synchronized void list(String lambda, List<ForwardingEntry> entries) {
            for (int i = 0; i < destinations.size(); i++) {
                entries.add(destinations.get(i).entry(lambda));
            }
        }

        synchronized void periodEnded() {
            for (int i = 0; i < destinations.size(); i++) {
                optimizer.periodEnded(destinations.get(i));
            }
        }

        synchronized void answered(Destination destination, Duration latency, boolean ok, long now) {
            if (ok) {
                destination.succeeded(latency.toNanos() / NANOS, now, optimizer);
            } else {
                destination.failed(now);
            }
        }

        synchronized void unreachable(Destination destination, long now) {
            destination.unreachable(now);
            if (destinations.find(destination.endpoint()).orElse(null) == destination) {
                destinations.watch(destination);
            }
        }

        synchronized void unanswered(Destination destination, long now) {
            destination.unanswered(now);
        }

        synchronized void cancelled(Destination destination, long now) {
            destination.cancelled(now);
        }
    }

    private final class Started implements Route {
        private final Row row;
        private final Destination destination;
        private final Peer peer;
        private final boolean probes;
        private final boolean idempotent;

        Started(Row row, Destination destination, boolean probes) {
            this.row = row;
            this.destination = destination;
            this.peer = destination.peer();
            this.probes = probes;
            this.idempotent = destination.idempotent();
        }

        @Override
        public String endpoint() {
            return peer.endpoint();
        }

        @Override
        public boolean idempotent() {
            return idempotent;
        }

        @Override
        public void answered(Duration latency, RunAnswer answer) {
            long now = nanoClock.getAsLong();
            row.answered(destination, latency, answer.ok(), now);
            peers.answered(peer, answer.load1(), now);
        }

        @Override
        public void unreachable(String cause) {
            long now = nanoClock.getAsLong();
            row.unreachable(destination, now);
            peers.unreachable(peer, probes, cause, now);
        }

        @Override
        public void unanswered(String cause) {
            long now = nanoClock.getAsLong();
            row.unanswered(destination, now);
            peers.unanswered(peer, probes, cause, now);
        }

        @Override
        public void cancelled() {
            row.cancelled(destination, nanoClock.getAsLong());
            peers.cancelled(peer, probes);
        }
    }
}
