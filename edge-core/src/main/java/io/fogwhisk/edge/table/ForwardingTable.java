package io.fogwhisk.edge.table;

import io.fogwhisk.edge.policy.Destination;
import io.fogwhisk.edge.policy.DestinationPolicy;
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
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which destinations can run a lambda and at which weight. Thread-safe: each lambda's row has its own lock, which is
 * never held during a call.
 */
public final class ForwardingTable {

    private static final Logger LOG = LoggerFactory.getLogger(ForwardingTable.class);
    private static final Pick NOWHERE = new Pick.Nowhere(Retcode.NO_DESTINATION);

    private final ConcurrentHashMap<String, Row> rows = new ConcurrentHashMap<>();
    private final DestinationPolicy policy;
    private final Reachability reachability;
    private final LongSupplier nanoClock;

    /** An empty table. */
    public ForwardingTable(DestinationPolicy policy, Reachability reachability, LongSupplier nanoClock) {
        this.policy = Objects.requireNonNull(policy, "policy is null");
        this.reachability = Objects.requireNonNull(reachability, "reachability is null");
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock is null");
    }

    /** Adds a destination, or gives a known one another weight; then it counts as not measured yet. */
    public void change(ForwardingEntry entry) {
        rows.compute(entry.lambda(), (lambda, known) -> {
            Row row = known == null ? new Row() : known;
            row.change(entry);
            return row;
        });
    }

    /** Removes a destination; nothing happens if it is not there. */
    public void remove(String lambda, String destination) {
        rows.computeIfPresent(lambda, (key, row) -> row.remove(destination) ? row : null);
    }

    /** Removes everything. */
    public void flush() {
        rows.clear();
    }

    /**
     * Picks a destination that can be reached, and counts the call as started.
     *
     * @param tried endpoints that this call must not try again
     */
    public Pick pick(String lambda, Collection<String> tried) {
        Row row = rows.get(lambda);
        return row == null ? NOWHERE : row.pick(tried);
    }

    /** Every entry, by lambda and then in the order in which they came. */
    public List<ForwardingEntry> entries() {
        List<ForwardingEntry> entries = new ArrayList<>();
        rows.forEach((lambda, row) -> row.list(lambda, entries));
        entries.sort(Comparator.comparing(ForwardingEntry::lambda));
        return entries;
    }

    private final class Row {
        private final List<Destination> destinations = new ArrayList<>();

        synchronized void change(ForwardingEntry entry) {
            for (Destination each : destinations) {
                if (each.endpoint().equals(entry.destination())) {
                    each.configure(entry.weight(), entry.finalDestination());
                    return;
                }
            }
            destinations.add(new Destination(entry.destination(), entry.weight(), entry.finalDestination()));
        }

        synchronized boolean remove(String destination) {
            destinations.removeIf(each -> each.endpoint().equals(destination));
            return !destinations.isEmpty();
        }

        synchronized Pick pick(Collection<String> tried) {
            List<Destination> candidates = destinations;
            if (!tried.isEmpty() || !reachability.allReachable()) {
                candidates = new ArrayList<>(destinations.size());
                for (Destination each : destinations) {
                    if (!tried.contains(each.endpoint())
                            && reachability.absence(each.endpoint()).isEmpty()) {
                        candidates.add(each);
                    }
                }
            }
            if (candidates.isEmpty()) {
                return absence().<Pick>map(Pick.Nowhere::new).orElse(NOWHERE);
            }
            Destination chosen = policy.choose(candidates, nanoClock.getAsLong());
            chosen.started();
            return new Started(this, chosen);
        }

        private Optional<String> absence() {
            for (Destination each : destinations) {
                Optional<String> cause = reachability.absence(each.endpoint());
                if (cause.isPresent()) {
                    return cause;
                }
            }
            return Optional.empty();
        }

        synchronized void list(String lambda, List<ForwardingEntry> entries) {
            for (Destination each : destinations) {
                entries.add(
                        new ForwardingEntry(lambda, each.endpoint(), (float) each.weight(), each.finalDestination()));
            }
        }

        synchronized void succeeded(Destination destination, Duration latency) {
            destination.ended(latency.toNanos() / 1e9, nanoClock.getAsLong());
        }

        synchronized void ended(Destination destination) {
            destination.ended();
        }
    }

    private final class Started implements Route {
        private final Row row;
        private final Destination destination;

        Started(Row row, Destination destination) {
            this.row = row;
            this.destination = destination;
        }

        @Override
        public String endpoint() {
            return destination.endpoint();
        }

        @Override
        public boolean idempotent() {
            return false;
        }

        @Override
        public void answered(Duration latency, RunAnswer answer) {
            if (answer.ok()) {
                row.succeeded(destination, latency);
            } else {
                row.ended(destination);
            }
            if (reachability.reachable(endpoint())) {
                LOG.atInfo().addKeyValue("destination", endpoint()).log("destination found");
            }
        }

        @Override
        public void unreachable(String cause) {
            row.ended(destination);
            if (reachability.unreachable(endpoint(), cause)) {
                LOG.atWarn()
                        .addKeyValue("destination", endpoint())
                        .addKeyValue("error", cause)
                        .log("destination lost");
            }
        }

        @Override
        public void unanswered(String cause) {
            row.ended(destination);
        }

        @Override
        public void cancelled() {
            row.ended(destination);
        }
    }
}
