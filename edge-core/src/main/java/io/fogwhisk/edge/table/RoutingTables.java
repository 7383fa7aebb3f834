package io.fogwhisk.edge.table;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.edge.policy.DestinationPolicy;
import io.fogwhisk.edge.policy.Peers;
import io.fogwhisk.edge.policy.WeightOptimizer;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import io.fogwhisk.edge.rpc.RunRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The two tables of a router: the overall one (number 0) for what clients send, and the final one (number 1) for what
 * another router forwarded, so that nothing is forwarded in circles. They share what is known about who can be reached.
 * Thread-safe.
 */
public final class RoutingTables implements Routing {

    private static final int COUNT = 2;

    private final DestinationPolicy policy;
    private final WeightOptimizer optimizer;
    private final Peers peers;
    private final ForwardingTable overall;
    private final ForwardingTable finals;

    /**
     * Empty tables.
     *
     * @param maxPending how many calls may be under way to one destination, over all lambdas; 0 for any number
     * @param nanoClock like {@link System#nanoTime}
     * @throws EdgeException if {@code maxPending} is negative
     */
    public RoutingTables(DestinationPolicy policy, WeightOptimizer optimizer, int maxPending, LongSupplier nanoClock) {
        this(policy, optimizer, maxPending, nanoClock, ThreadLocalRandom::current);
    }

    /**
     * Empty tables whose every draw is known, if those of the policy are too.
     *
     * @param random for the length of the pauses in which a destination is set aside
     */
    public RoutingTables(
            DestinationPolicy policy,
            WeightOptimizer optimizer,
            int maxPending,
            LongSupplier nanoClock,
            Supplier<RandomGenerator> random) {
        this.policy = Objects.requireNonNull(policy, "policy is null");
        this.optimizer = Objects.requireNonNull(optimizer, "optimizer is null");
        peers = new Peers(maxPending, random);
        overall = new ForwardingTable(optimizer, peers, nanoClock);
        finals = new ForwardingTable(optimizer, peers, nanoClock);
    }

    /**
     * Empty tables as the options of a router say.
     *
     * @param tableConf see {@link DestinationPolicy#parse}
     * @param optimizerConf see {@link WeightOptimizer#parse}
     * @throws ConfigException if a text has a fault
     */
    public static RoutingTables of(String tableConf, String optimizerConf, int maxPending, LongSupplier nanoClock) {
        return of(tableConf, optimizerConf, maxPending, nanoClock, ThreadLocalRandom::current);
    }

    /**
     * Empty tables as the options of a router say, whose every draw is known.
     *
     * @param random for everything that is drawn
     * @throws ConfigException if a text has a fault
     */
    public static RoutingTables of(
            String tableConf,
            String optimizerConf,
            int maxPending,
            LongSupplier nanoClock,
            Supplier<RandomGenerator> random) {
        return new RoutingTables(
                DestinationPolicy.parse("--table-conf", tableConf, random),
                WeightOptimizer.parse("--optimizer-conf", optimizerConf),
                maxPending,
                nanoClock,
                random);
    }

    @Override
    public int tables() {
        return COUNT;
    }

    /** How many destinations are known, whatever the lambda; one that has left counts while calls to it are under way. */
    public int destinations() {
        return peers.size();
    }

    @Override
    public void pick(RunRequest request, Collection<String> tried, Consumer<Pick> taker) {
        taker.accept((request.forward() ? finals : overall).pick(request.name(), tried, policy));
    }

    @Override
    public Duration period() {
        return optimizer.period();
    }

    @Override
    public void periodEnded() {
        overall.periodEnded();
        finals.periodEnded();
    }

    @Override
    public void change(ForwardingEntry entry) {
        overall.change(entry);
        if (entry.finalDestination()) {
            finals.change(entry);
        } else {
            finals.remove(entry.lambda(), entry.destination());
        }
    }

    @Override
    public void remove(String lambda, String destination) {
        overall.remove(lambda, destination);
        finals.remove(lambda, destination);
    }

    @Override
    public void flush() {
        overall.flush();
        finals.flush();
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
