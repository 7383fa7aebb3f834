package io.fogwhisk.edge.policy;

import java.util.concurrent.TimeUnit;

/**
 * Takes turns in proportion to speed among those at most half as fast as the fastest. One that is slower sits out and
 * gets a single call after a second, then after two, four and so on up to 30 seconds, to show that it has recovered.
 */
final class RoundRobinPolicy implements DestinationPolicy {

    private static final double SLOWEST = 2.0;
    private static final long FIRST_WAIT = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(30);

    @Override
    public Destination choose(Candidates candidates, long now) {
        double best = DestinationPolicy.best(candidates);
        double lowest = lowestDeficit(candidates);
        Destination next = null;
        for (int i = 0; i < candidates.size(); i++) {
            Destination each = candidates.get(i);
            double weight = DestinationPolicy.effective(each, best);
            if (weight > SLOWEST * best) {
                if (!each.excluded) {
                    each.excluded = true;
                    each.excludedNanos = FIRST_WAIT;
                    each.retryAt = now + FIRST_WAIT;
                } else if (now - each.retryAt >= 0) {
                    return each;
                }
                continue;
            }
            if (each.excluded || !each.joined) {
                each.excluded = false;
                each.joined = true;
                each.deficit = lowest;
            }
            // What all have in common says nothing, and would cost precision over the days.
            each.deficit -= lowest;
            each.price = weight;
            if (next == null || each.deficit < next.deficit) {
                next = each;
            }
        }
        // The fastest is never too slow, so there is one.
        return next == null ? candidates.get(0) : next;
    }

    @Override
    public void taken(Destination chosen, long now) {
        if (chosen.excluded) {
            chosen.excludedNanos = Math.min(LONGEST_WAIT, 2 * chosen.excludedNanos);
            chosen.retryAt = now + chosen.excludedNanos;
        } else {
            chosen.deficit += chosen.price;
        }
    }

    private static double lowestDeficit(Candidates candidates) {
        double lowest = Double.MAX_VALUE;
        for (int i = 0; i < candidates.size(); i++) {
            Destination each = candidates.get(i);
            if (each.joined && !each.excluded) {
                lowest = Math.min(lowest, each.deficit);
            }
        }
        return lowest == Double.MAX_VALUE ? 0 : lowest;
    }
}
