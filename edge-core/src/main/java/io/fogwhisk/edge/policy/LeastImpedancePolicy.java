package io.fogwhisk.edge.policy;

/**
 * Takes the fastest, the first of equals. A destination whose speed is not known now, because it is new or was not used
 * for some seconds, gets one call at a time to find out: else a newcomer would never be tried.
 */
final class LeastImpedancePolicy implements DestinationPolicy {

    @Override
    public Destination choose(Candidates candidates, long now) {
        Destination fastest = candidates.get(0);
        for (int i = 0; i < candidates.size(); i++) {
            Destination each = candidates.get(i);
            if (each.weightAwaited(now)) {
                return each;
            }
            if (better(each, fastest)) {
                fastest = each;
            }
        }
        return fastest;
    }

    private static boolean better(Destination one, Destination other) {
        if (one.weighed() != other.weighed()) {
            return one.weighed();
        }
        if (!one.weighed() && one.weight() == other.weight()) {
            return one.inFlight() < other.inFlight();
        }
        return one.weight() < other.weight();
    }
}
