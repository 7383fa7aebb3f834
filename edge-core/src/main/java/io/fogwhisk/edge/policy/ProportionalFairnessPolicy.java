package io.fogwhisk.edge.policy;

/**
 * Weighs speed against turns: takes the one with the highest {@code (1/L)^alpha / (n/t)^beta}, where L is the weight, n
 * how often it was taken, from 1, and t the seconds since it was last taken. Alpha 0 and beta 1 is much like round
 * robin, alpha 1 and beta 0 takes the fastest always.
 *
 * <p>One that is new, or was lost, starts with the lowest n of the others, for with less it would get every call until
 * it had caught up.
 */
final class ProportionalFairnessPolicy implements DestinationPolicy {

    private static final double NANOS = 1e9;

    private final double alpha;
    private final double beta;

    ProportionalFairnessPolicy(double alpha, double beta) {
        this.alpha = alpha;
        this.beta = beta;
    }

    @Override
    public Destination choose(Candidates candidates, long now) {
        join(candidates, now);
        Destination awaited = DestinationPolicy.awaited(candidates, now);
        if (awaited != null) {
            return awaited;
        }
        double weight = DestinationPolicy.best(candidates);
        Destination best = candidates.get(0);
        double highest = score(best, weight, now);
        for (int i = 1; i < candidates.size(); i++) {
            Destination each = candidates.get(i);
            double score = score(each, weight, now);
            if (score > highest || (score == highest && each.served < best.served)) {
                best = each;
                highest = score;
            }
        }
        return best;
    }

    @Override
    public void taken(Destination chosen, long now) {
        chosen.served++;
        chosen.servedAt = now;
    }

    private double score(Destination each, double best, long now) {
        double speed = Math.pow(1 / DestinationPolicy.effective(each, best), alpha);
        return speed / Math.pow(each.served / ((now - each.servedAt) / NANOS), beta);
    }

    private static void join(Candidates candidates, long now) {
        long fewest = Long.MAX_VALUE;
        boolean newcomers = false;
        for (int i = 0; i < candidates.size(); i++) {
            Destination each = candidates.get(i);
            newcomers |= !each.joined;
            fewest = each.joined ? Math.min(fewest, each.served) : fewest;
        }
        for (int i = 0; newcomers && i < candidates.size(); i++) {
            Destination each = candidates.get(i);
            if (!each.joined) {
                each.joined = true;
                each.served = fewest == Long.MAX_VALUE ? each.served : Math.max(each.served, fewest);
                each.servedAt = now;
            }
        }
    }
}
