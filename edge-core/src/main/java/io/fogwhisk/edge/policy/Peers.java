package io.fogwhisk.edge.policy;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The nodes that the tables of one router know, each once however many lambdas it runs. A node is forgotten when no
 * table has it and no call to it is under way. Thread-safe.
 */
public final class Peers {

    private final Map<String, Peer> byEndpoint = new ConcurrentHashMap<>();
    private final int maxPending;
    private final Supplier<RandomGenerator> random;

    /**
     * No nodes.
     *
     * @param maxPending how many calls may be under way to each, 0 for any number
     * @param random for the length of pauses
     * @throws EdgeException if {@code maxPending} is negative
     */
    public Peers(int maxPending, Supplier<RandomGenerator> random) {
        if (maxPending < 0) {
            throw new EdgeException("max-pending-clients must be at least 0, was " + maxPending);
        }
        this.maxPending = maxPending;
        this.random = Objects.requireNonNull(random, "random is null");
    }

    /** A node for a table, which gives it back with {@link #release}. */
    public Peer acquire(String endpoint) {
        return byEndpoint.compute(endpoint, (key, known) -> {
            Peer peer = known == null ? new Peer(endpoint, maxPending, random) : known;
            peer.owned(1);
            return peer;
        });
    }

    /** A table has a node no longer. */
    public void release(Peer peer) {
        byEndpoint.computeIfPresent(peer.endpoint(), (key, known) -> {
            if (known == peer) {
                known.owned(-1);
            }
            return abandoned(known) ? null : known;
        });
    }

    /** A call to a node has ended that its table may no longer have. */
    public void ended(Peer peer) {
        if (peer.owners() == 0) {
            byEndpoint.computeIfPresent(peer.endpoint(), (key, known) -> abandoned(known) ? null : known);
        }
    }

    /** How many nodes are known. */
    public int size() {
        return byEndpoint.size();
    }

    private static boolean abandoned(Peer peer) {
        return peer.owners() == 0 && peer.inFlight() == 0;
    }
}
