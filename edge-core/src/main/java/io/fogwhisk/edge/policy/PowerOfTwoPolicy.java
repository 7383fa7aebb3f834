package io.fogwhisk.edge.policy;

import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Draws two and takes the one that is likely to answer first: the product of the calls that it would then have under way
 * and its average latency decides. Needs the same time however many destinations there are. One that nothing is known
 * about, or nothing new, gets a call at once, and no second one until it has answered, as long as others are found.
 *
 * <p>Source of drawing two: M. Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 2001.
 */
final class PowerOfTwoPolicy implements DestinationPolicy {

    /** How often to draw in search of one that has answered before; among newcomers only there is none. */
    private static final int DRAWS = 8;

    private final Supplier<RandomGenerator> random;

    PowerOfTwoPolicy(Supplier<RandomGenerator> random) {
        this.random = Objects.requireNonNull(random, "random is null");
    }

    @Override
    public Destination choose(Candidates candidates, long now) {
        Destination awaited = candidates.awaited(now);
        if (awaited != null) {
            return awaited;
        }
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        RandomGenerator draws = random.get();
        Destination best = two(candidates, draws);
        for (int i = 1; i < DRAWS && best.unproven(); i++) {
            best = better(best, two(candidates, draws));
        }
        return best;
    }

    private static Destination two(Candidates candidates, RandomGenerator draws) {
        int one = draws.nextInt(candidates.size());
        int other = draws.nextInt(candidates.size() - 1);
        return better(candidates.get(one), candidates.get(other < one ? other : other + 1));
    }

    private static Destination better(Destination one, Destination other) {
        if (one.unproven() != other.unproven()) {
            return one.unproven() ? other : one;
        }
        if (one.measured() && other.measured()) {
            return cost(other) < cost(one) ? other : one;
        }
        return other.inFlight() < one.inFlight() ? other : one;
    }

    private static double cost(Destination each) {
        return (each.inFlight() + 1) * each.latency();
    }
}
