package io.fogwhisk.edge.dispatcher;

import io.fogwhisk.edge.policy.Candidates;
import io.fogwhisk.edge.policy.Destination;
import io.fogwhisk.edge.policy.DestinationPolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the destination with the lowest estimate for one call. One without an estimate counts as 0, so that it is tried;
 * but while it has a call under way, or has just told nothing, it counts as the best of the others, so that one that
 * only fails does not draw every call. Of equals the one with fewer calls under way is taken, and then the first.
 */
final class LowestEstimate implements DestinationPolicy {

    private final Map<String, Estimate> estimates;
    private final int size;
    private final long loadNanos;
    private double estimated;

    /**
     * A policy for one call.
     *
     * @param estimates of its lambda, by endpoint
     * @param size bytes of the input
     * @param loadNanos how old a load may be
     */
    LowestEstimate(Map<String, Estimate> estimates, int size, long loadNanos) {
        this.estimates = estimates;
        this.size = size;
        this.loadNanos = loadNanos;
    }

    /** What was estimated for the choice, in seconds. */
    double estimated() {
        return estimated;
    }

    @Override
    public Destination choose(Candidates candidates, long now) {
        Destination known = null;
        double lowest = 0;
        Destination unknown = null;
        for (int i = 0; i < candidates.size(); i++) {
            Destination each = candidates.get(i);
            Estimate estimate = estimates.get(each.endpoint());
            double seconds = estimate == null
                    ? Double.NaN
                    : estimate.estimator().seconds(size, each.peer().load(now, loadNanos), now);
            if (!Double.isNaN(seconds)) {
                if (known == null || seconds < lowest || (seconds == lowest && quieter(each, known))) {
                    known = each;
                    lowest = seconds;
                }
            } else if (each.inFlight() == 0 && (estimate == null || estimate.worthTrying(now))) {
                estimated = 0;
                return each;
            } else if (unknown == null || quieter(each, unknown)) {
                unknown = each;
            }
        }
        estimated = lowest;
        return either(known, unknown, candidates);
    }

    private static Destination either(
            @Nullable Destination known, @Nullable Destination unknown, Candidates candidates) {
        if (known == null) {
            return unknown == null ? candidates.get(0) : unknown;
        }
        return unknown != null && quieter(unknown, known) ? unknown : known;
    }

    private static boolean quieter(Destination one, Destination other) {
        return one.inFlight() < other.inFlight();
    }
}
