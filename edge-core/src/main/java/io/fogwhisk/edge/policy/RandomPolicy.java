package io.fogwhisk.edge.policy;

import java.util.List;
import java.util.function.DoubleSupplier;

/** Draws: twice as fast is twice as likely. */
final class RandomPolicy implements DestinationPolicy {

    private final DoubleSupplier random;

    RandomPolicy(DoubleSupplier random) {
        this.random = random;
    }

    @Override
    public Destination choose(List<Destination> candidates, long now) {
        int last = candidates.size() - 1;
        if (last == 0) {
            return candidates.get(0);
        }
        boolean measured = false;
        for (int i = 0; i <= last && !measured; i++) {
            measured = candidates.get(i).measured();
        }
        double best = DestinationPolicy.best(candidates);
        double sum = 0;
        for (int i = 0; i <= last; i++) {
            sum += share(candidates.get(i), best, measured);
        }
        double draw = random.getAsDouble() * sum;
        for (int i = 0; i < last; i++) {
            draw -= share(candidates.get(i), best, measured);
            if (draw < 0) {
                return candidates.get(i);
            }
        }
        return candidates.get(last);
    }

    private static double share(Destination each, double best, boolean measured) {
        // While nothing is measured the configured weights are all there is.
        return 1 / (measured ? DestinationPolicy.effective(each, best) : each.weight());
    }
}
