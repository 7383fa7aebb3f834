package io.fogwhisk.edge.sim;

/** Counts how the calls that count have ended. */
final class Outcomes {

    private final LatencyHistogram delays = new LatencyHistogram();
    private long calls;
    private long refused;
    private long lost;
    private long hops;

    void began() {
        calls++;
    }

    void answered(long nanos, int nodes) {
        delays.add(nanos);
        hops += nodes;
    }

    void refused() {
        refused++;
    }

    void lost() {
        lost++;
    }

    long calls() {
        return calls;
    }

    long answered() {
        return delays.count();
    }

    long refusedCalls() {
        return refused;
    }

    long lostCalls() {
        return lost;
    }

    double meanHops() {
        return delays.count() == 0 ? 0 : (double) hops / delays.count();
    }

    SimReport.Delay delay() {
        return new SimReport.Delay(delays.mean(), delays.quantile(0.5), delays.quantile(0.95), delays.quantile(0.99));
    }
}
