package io.fogwhisk.edge.policy;

import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Draws: twice as fast is twice as likely. */
final class RandomPolicy implements DestinationPolicy {

    private final Supplier<RandomGenerator> random;

    RandomPolicy(Supplier<RandomGenerator> random) {
        this.random = Objects.requireNonNull(random, "random is null");
    }

    @Override
    public Destination choose(Candidates candidates, long now) {
        int last = candidates.size() - 1;
        if (last == 0) {
            return candidates.get(0);
        }
        Destination awaited = DestinationPolicy.awaited(candidates, now);
        if (awaited != null) {
            return awaited;
        }
        boolean weighed = false;
        for (int i = 0; i <= last && !weighed; i++) {
            weighed = candidates.get(i).weighed();
        }
        double best = DestinationPolicy.best(candidates);
        double sum = 0;
        for (int i = 0; i <= last; i++) {
            sum += share(candidates.get(i), best, weighed);
        }
        double draw = random.get().nextDouble() * sum;
        for (int i = 0; i < last; i++) {
            draw -= share(candidates.get(i), best, weighed);
            if (draw < 0) {
                return candidates.get(i);
            }
        }
        return candidates.get(last);
    }

    private static double share(Destination each, double best, boolean weighed) {
        // While nothing is measured the configured weights are all there is.
        return 1 / (weighed ? DestinationPolicy.effective(each, best) : each.weight());
    }
}
