package io.fogwhisk.edge.policy;

import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.edge.rpc.Retcode;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A node that calls are sent to, whatever the lambda and the table: how many are under way, which is bounded, and
 * whether it is set aside. A node that nothing could be sent to is set aside at once, one that left five calls in a row
 * without an answer too; first for 100 ms, then twice as long each time up to 5 s, less up to a fifth at random. After
 * each pause one call finds out whether it is back. Thread-safe.
 */
public final class Peer {

    /** How many calls in a row without an answer set a node aside. */
    static final int SILENCES = 5;

    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(5));
    private static final int FULL_LOAD = 99;

    private final String endpoint;
    private final int maxPending;
    private final Supplier<RandomGenerator> random;
    private final AtomicInteger owners = new AtomicInteger();
    // Guarded by this.
    private int inFlight;
    private Breaker breaker = Breaker.CLOSED;
    private int silences;
    private int openings;
    private long retryAt;
    private String cause = "";
    private long causeAt;
    private int load1;
    private long loadAt;
    private boolean loadKnown;

    /** Whether a node is in use. */
    private enum Breaker {
        CLOSED,
        OPEN,
        PROBING
    }

    /** What a node says to one more call. */
    public enum Admission {
        /** It may go. */
        GOES,
        /** It may go, and finds out whether the node is back. */
        PROBES,
        /** As many calls are under way as there may be. */
        FULL,
        /** The node is set aside. */
        SET_ASIDE;

        /** Whether the call may go. */
        public boolean granted() {
            return this == GOES || this == PROBES;
        }
    }

    /**
     * A node that nothing is known about.
     *
     * @param maxPending how many calls may be under way to it, 0 for any number
     * @param random for the length of pauses
     */
    public Peer(String endpoint, int maxPending, Supplier<RandomGenerator> random) {
        this.endpoint = Objects.requireNonNull(endpoint, "endpoint is null");
        this.maxPending = maxPending;
        this.random = Objects.requireNonNull(random, "random is null");
    }

    /** {@code host:port}. */
    public String endpoint() {
        return endpoint;
    }

    /** How many calls are under way. */
    public synchronized int inFlight() {
        return inFlight;
    }

    /** {@code closed} while in use, {@code open} while set aside, {@code probing} while one call finds out. */
    public synchronized String breaker() {
        return breaker.name().toLowerCase(Locale.ROOT);
    }

    /** What {@link #start} would say. */
    public synchronized Admission admission(long now) {
        if (breaker == Breaker.PROBING || (breaker == Breaker.OPEN && now - retryAt < 0)) {
            return Admission.SET_ASIDE;
        }
        boolean full = maxPending > 0 && inFlight >= maxPending;
        if (breaker == Breaker.OPEN) {
            return full ? Admission.SET_ASIDE : Admission.PROBES;
        }
        return full ? Admission.FULL : Admission.GOES;
    }

    /** Counts a call as under way, if it may go; then exactly one of the endings must be called. */
    public synchronized Admission start(long now) {
        Admission admission = admission(now);
        if (admission.granted()) {
            inFlight++;
            if (admission == Admission.PROBES) {
                breaker = Breaker.PROBING;
            }
        }
        return admission;
    }

    /**
     * A call brought an answer: the node is there.
     *
     * @param load what the answer says about the load of the last second, in percent
     * @return true if the node was set aside before
     */
    public synchronized boolean answered(int load, long now) {
        inFlight--;
        load1 = load;
        loadAt = now;
        loadKnown = true;
        return close();
    }

    /**
     * A call could not be sent.
     *
     * @param probed whether it was the one that had to find out
     * @return true if the node was in use until now
     */
    public synchronized boolean unreachable(boolean probed, String why, long now) {
        inFlight--;
        return failed(probed, why, now);
    }

    /**
     * A call was sent and brought no answer.
     *
     * @param probed whether it was the one that had to find out
     * @return true if the node was in use until now and no longer is
     */
    public synchronized boolean unanswered(boolean probed, String why, long now) {
        inFlight--;
        silences++;
        if (breaker == Breaker.CLOSED && silences < SILENCES) {
            return false;
        }
        // Whoever is refused for this cause must know that nothing was executed.
        return failed(
                probed,
                Retcode.RPC_FAILED + endpoint + Retcode.UNREACHABLE + "it left " + silences
                        + " calls in a row without an answer, the last one: " + why,
                now);
    }

    /**
     * A call ended without telling whether the node is there.
     *
     * @param probed whether it was the one that had to find out: then the next one has to
     */
    public synchronized void cancelled(boolean probed) {
        inFlight--;
        if (probed && breaker == Breaker.PROBING) {
            breaker = Breaker.OPEN;
        }
    }

    /** The node is announced anew: it may be used. */
    public synchronized void announced() {
        close();
    }

    /** The node is said to be there still: if it is set aside, the next call may find out whether it is back. */
    public synchronized void confirmed(long now) {
        if (breaker == Breaker.OPEN && now - retryAt < 0) {
            retryAt = now;
        }
    }

    /** Why the node was last set aside, as a retcode; empty if it never was. */
    public synchronized String cause() {
        return cause;
    }

    /** Whether the cause was found later than that of another node. */
    public boolean failedAfter(Peer other) {
        long otherAt;
        synchronized (other) {
            otherAt = other.causeAt;
        }
        synchronized (this) {
            return causeAt - otherAt > 0;
        }
    }

    /**
     * The load of the node in percent, 0 to 99; 0 if nothing newer than a time is known.
     *
     * @param timeoutNanos how old it may be
     */
    public synchronized int load(long now, long timeoutNanos) {
        return loadKnown && now - loadAt <= timeoutNanos ? Math.max(0, Math.min(FULL_LOAD, load1)) : 0;
    }

    int owners() {
        return owners.get();
    }

    void owned(int change) {
        owners.addAndGet(change);
    }

    private boolean failed(boolean probed, String why, long now) {
        cause = why;
        causeAt = now;
        boolean wasClosed = breaker == Breaker.CLOSED;
        // Calls that fail together count once, and the pause must not begin anew with each of them.
        if (wasClosed || (probed && breaker == Breaker.PROBING)) {
            openings++;
            breaker = Breaker.OPEN;
            retryAt = now
                    + BACKOFF.after(openings, () -> random.get().nextDouble()).toNanos();
        }
        return wasClosed;
    }

    private boolean close() {
        boolean wasClosed = breaker == Breaker.CLOSED;
        breaker = Breaker.CLOSED;
        silences = 0;
        openings = 0;
        return !wasClosed;
    }
}
