package io.fogwhisk.edge.policy;

import java.util.List;
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
    public Destination choose(List<Destination> candidates, long now) {
        double best = DestinationPolicy.best(candidates);
        double lowest = lowestDeficit(candidates);
        Destination next = null;
        for (int i = 0; i < candidates.size(); i++) {
            Destination each = candidates.get(i);
            if (DestinationPolicy.effective(each, best) > SLOWEST * best) {
                if (!each.excluded) {
                    each.excluded = true;
                    each.excludedNanos = FIRST_WAIT;
                    each.retryAt = now + FIRST_WAIT;
                } else if (now - each.retryAt >= 0) {
                    each.excludedNanos = Math.min(LONGEST_WAIT, 2 * each.excludedNanos);
                    each.retryAt = now + each.excludedNanos;
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
            if (next == null || each.deficit < next.deficit) {
                next = each;
            }
        }
        // The fastest is never too slow, so there is one.
        Destination chosen = next == null ? candidates.get(0) : next;
        chosen.deficit += DestinationPolicy.effective(chosen, best);
        return chosen;
    }

    private static double lowestDeficit(List<Destination> candidates) {
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
