package io.fogwhisk.edge.policy;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Picks a destination for one call. Whatever the rule, a destination that was never measured gets its share: its
 * configured weight says nothing about it, so it is taken to be as good as the best one.
 *
 * <p>Threads: called under the lock of the row that owns the destinations; must not block.
 */
@FunctionalInterface
public interface DestinationPolicy {

    /**
     * Picks.
     *
     * @param candidates at least one
     * @param now of {@link System#nanoTime}
     */
    Destination choose(List<Destination> candidates, long now);

    /**
     * The policy of a name: {@code random}, {@code least-impedance} or {@code round-robin}.
     *
     * @throws EdgeException if there is none
     */
    static DestinationPolicy named(String name) {
        return switch (name) {
            case "random" -> new RandomPolicy(() -> ThreadLocalRandom.current().nextDouble());
            case "least-impedance" -> new LeastImpedancePolicy();
            case "round-robin" -> new RoundRobinPolicy();
            default ->
                throw new EdgeException(
                        "the policy must be random, least-impedance or round-robin, was '" + name + "'");
        };
    }

    /** The lowest measured weight, or the lowest configured one if nothing was measured. */
    static double best(List<Destination> candidates) {
        double measured = Double.MAX_VALUE;
        double configured = Double.MAX_VALUE;
        for (int i = 0; i < candidates.size(); i++) {
            Destination each = candidates.get(i);
            if (each.measured()) {
                measured = Math.min(measured, each.weight());
            } else {
                configured = Math.min(configured, each.weight());
            }
        }
        return measured == Double.MAX_VALUE ? configured : measured;
    }

    /** The weight to compare by: measured, or else no worse than the best. */
    static double effective(Destination each, double best) {
        return each.measured() ? each.weight() : Math.min(each.weight(), best);
    }
}
