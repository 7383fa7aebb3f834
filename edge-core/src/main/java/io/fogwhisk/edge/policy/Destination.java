package io.fogwhisk.edge.policy;

import io.fogwhisk.edge.rpc.DestinationStatus;
import io.fogwhisk.edge.rpc.ForwardingEntry;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A destination of one lambda, with what was learned about it there. Mutable; guarded by the row of the forwarding table
 * that owns it, under whose lock policies and optimizers run too.
 */
public final class Destination {

    /** A measurement older than this says nothing about now. */
    static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final double MEMORY = 0.95;
    private static final double SHORTEST = 1e-6;

    private final Peer peer;
    private final boolean learns;
    private double weight;
    private boolean finalDestination;
    private boolean idempotent;
    private boolean controlled;
    private double configuredWeight = Double.NaN;
    private boolean weighed;
    private double latency;
    private boolean measured;
    private long measuredAt;
    private boolean answered;
    private boolean touched;
    private long touchedAt;
    private int inFlight;
    private long calls;
    private long errors;

    // What the row remembers of it.
    boolean queued;

    // What round robin and proportional fairness remember.
    boolean joined;
    double deficit;
    double price;
    boolean excluded;
    long excludedNanos;
    long retryAt;
    long served = 1;
    long servedAt;

    // What the optimizer of periods remembers.
    double sampled;
    int samples;

    /**
     * A destination that was never measured.
     *
     * @param peer the node, shared with other lambdas
     * @param learns whether measurements change the weight, so that one that was only configured says nothing
     */
    public Destination(Peer peer, double weight, boolean finalDestination, boolean learns) {
        this.peer = Objects.requireNonNull(peer, "peer is null");
        this.weight = weight;
        this.finalDestination = finalDestination;
        this.learns = learns;
    }

    /** The node. */
    public Peer peer() {
        return peer;
    }

    /** {@code host:port}. */
    public String endpoint() {
        return peer.endpoint();
    }

    /** The expected latency in seconds as the optimizer has it, or what was configured before it had any. */
    public double weight() {
        return weight;
    }

    /** Whether the lambda may run twice. */
    public boolean idempotent() {
        return idempotent;
    }

    /** Whether the weight counts: it was measured, or nothing will ever change it. */
    public boolean weighed() {
        return weighed || !learns;
    }

    /** The moving average of good answers in seconds, whatever the optimizer; 0 while there was none. */
    public double latency() {
        return latency;
    }

    /** Whether there was a good answer since the destination was configured or lost. */
    public boolean measured() {
        return measured;
    }

    /** How many calls of this lambda are under way. */
    public int inFlight() {
        return inFlight;
    }

    /** Whether calls are under way and none was ever answered. */
    boolean unproven() {
        return !answered && inFlight > 0;
    }

    /** Whether a call would tell something new: none is under way, none was for some seconds, and it could be sent. */
    public boolean awaited(long now) {
        return inFlight == 0
                && (!touched || now - touchedAt > FRESH_NANOS)
                && peer.admission(now).granted();
    }

    /** Whether the weight would follow if it were called, and {@link #awaited}. */
    boolean weightAwaited(long now) {
        return learns && awaited(now);
    }

    /** Whether the last good answer is new enough to be averaged with. */
    boolean fresh(long now) {
        return measured && now - measuredAt <= FRESH_NANOS;
    }

    /**
     * Takes what was configured; what was measured before is forgotten, what was counted is not. But what a controller
     * of ours says, it may say again: as long as that is the same, it makes no difference. An entry that it keeps stays
     * one, also when an operator gives it another weight.
     *
     * @return whether it makes a difference
     */
    public boolean configure(ForwardingEntry entry) {
        controlled = controlled || entry.controlled();
        if (entry.controlled()
                && entry.weight() == configuredWeight
                && entry.finalDestination() == finalDestination
                && entry.idempotent() == idempotent) {
            return false;
        }
        configuredWeight = entry.weight();
        weight = entry.weight();
        finalDestination = entry.finalDestination();
        idempotent = entry.idempotent();
        forget();
        return true;
    }

    /** The optimizer found a weight. */
    void weigh(double newWeight) {
        weight = newWeight;
        weighed = true;
    }

    /** A call goes out. */
    public void started(long now) {
        inFlight++;
        touch(now);
    }

    /** A call ended without telling anything about the destination. */
    public void cancelled(long now) {
        ended(now);
    }

    /** A call was answered: the function failed. */
    public void failed(long now) {
        ended(now);
        answered = true;
        errors++;
    }

    /** A call was sent and not answered. */
    public void unanswered(long now) {
        ended(now);
        errors++;
    }

    /** A call could not be sent: what comes back may be another program on another machine. */
    public void unreachable(long now) {
        ended(now);
        errors++;
        forget();
    }

    /** A call ended well: average and weight follow; an average whose last sample is old jumps to the new one. */
    public void succeeded(double seconds, long now, WeightOptimizer optimizer) {
        ended(now);
        answered = true;
        double latest = Math.max(SHORTEST, seconds);
        optimizer.answered(this, latest, now);
        latency = fresh(now) ? (1 - MEMORY) * latest + MEMORY * latency : latest;
        measured = true;
        measuredAt = now;
    }

    /** The line of the table. */
    public ForwardingEntry entry(String lambda) {
        return new ForwardingEntry(
                lambda,
                endpoint(),
                (float) weight,
                finalDestination,
                idempotent,
                controlled,
                new DestinationStatus(inFlight, latency, calls, errors, peer.breaker()));
    }

    private void ended(long now) {
        inFlight--;
        calls++;
        touch(now);
    }

    private void touch(long now) {
        touched = true;
        touchedAt = now;
    }

    private void forget() {
        weighed = false;
        measured = false;
        answered = false;
        touched = false;
        joined = false;
        samples = 0;
    }
}
