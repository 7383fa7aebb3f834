package io.fogwhisk.edge.policy;

import java.util.concurrent.TimeUnit;

/**
 * A destination of one lambda, with what was learned about it. Mutable; guarded by the row of the forwarding table that
 * owns it, under whose lock policies run too.
 */
public final class Destination {

    /** A measurement older than this says nothing about now. */
    static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final double MEMORY = 0.95;
    private static final double SHORTEST = 1e-6;

    private final String endpoint;
    private double weight;
    private boolean finalDestination;
    private boolean measured;
    private long measuredAt;
    private int inFlight;

    // What round robin remembers.
    double deficit;
    boolean excluded;
    boolean joined;
    long excludedNanos;
    long retryAt;

    /** A destination that was never measured. */
    public Destination(String endpoint, double weight, boolean finalDestination) {
        this.endpoint = endpoint;
        this.weight = weight;
        this.finalDestination = finalDestination;
    }

    /** {@code host:port}. */
    public String endpoint() {
        return endpoint;
    }

    /** The expected latency in seconds, or what was configured before the first measurement. */
    public double weight() {
        return weight;
    }

    /** Whether it may take what another router forwarded. */
    public boolean finalDestination() {
        return finalDestination;
    }

    /** Whether the weight was measured rather than configured. */
    public boolean measured() {
        return measured;
    }

    /** How many calls are under way. */
    public int inFlight() {
        return inFlight;
    }

    /** Takes a configured weight; what was measured before is forgotten. */
    public void configure(double newWeight, boolean nowFinal) {
        weight = newWeight;
        finalDestination = nowFinal;
        measured = false;
    }

    /** A call goes out. */
    public void started() {
        inFlight++;
    }

    /** A call ended without telling anything about the latency. */
    public void ended() {
        inFlight--;
    }

    /** A call ended well: the weight follows as an exponential average, or jumps if the last sample is old. */
    public void ended(double seconds, long now) {
        inFlight--;
        double latest = Math.max(SHORTEST, seconds);
        weight = fresh(now) ? (1 - MEMORY) * latest + MEMORY * weight : latest;
        measured = true;
        measuredAt = now;
    }

    boolean fresh(long now) {
        return measured && now - measuredAt <= FRESH_NANOS;
    }
}
