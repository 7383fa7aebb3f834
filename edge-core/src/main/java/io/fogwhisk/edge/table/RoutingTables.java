package io.fogwhisk.edge.table;

import io.fogwhisk.edge.policy.DestinationPolicy;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.RunRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The two tables of a router: the overall one (number 0) for what clients send, and the final one (number 1) for what
 * another router forwarded, so that nothing is forwarded in circles. They share what is known about who can be reached.
 * Thread-safe.
 */
public final class RoutingTables implements Routing {

    private static final int COUNT = 2;

    private final Reachability reachability;
    private final ForwardingTable overall;
    private final ForwardingTable finals;

    /** Empty tables. */
    public RoutingTables(DestinationPolicy policy, LongSupplier nanoClock) {
        Objects.requireNonNull(policy, "policy is null");
        reachability = new Reachability(nanoClock);
        overall = new ForwardingTable(policy, reachability, nanoClock);
        finals = new ForwardingTable(policy, reachability, nanoClock);
    }

    @Override
    public int tables() {
        return COUNT;
    }

    @Override
    public void pick(RunRequest request, Collection<String> tried, Consumer<Pick> taker) {
        taker.accept((request.forward() ? finals : overall).pick(request.name(), tried));
    }

    @Override
    public Duration period() {
        return Duration.ZERO;
    }

    @Override
    public void periodEnded() {
        // Weights follow the answers.
    }

    @Override
    public void change(ForwardingEntry entry) {
        if (entry.weight() == 0) {
            throw new EdgeException("Invalid destination towards '" + entry.destination() + "': weight must be > 0");
        }
        overall.change(entry);
        if (entry.finalDestination()) {
            finals.change(entry);
        } else {
            finals.remove(entry.lambda(), entry.destination());
        }
        reachability.reachable(entry.destination());
    }

    @Override
    public void remove(String lambda, String destination) {
        overall.remove(lambda, destination);
        finals.remove(lambda, destination);
        reachability.reachable(destination);
    }

    @Override
    public void flush() {
        overall.flush();
        finals.flush();
        reachability.clear();
    }

    @Override
    public List<ForwardingEntry> entries(int number) {
        return switch (number) {
            case 0 -> overall.entries();
            case 1 -> finals.entries();
            default -> List.of();
        };
    }
}
