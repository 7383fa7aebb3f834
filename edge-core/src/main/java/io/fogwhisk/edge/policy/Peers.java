package io.fogwhisk.edge.policy;

import io.fogwhisk.edge.rpc.EdgeException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes that the tables of one router know, each once however many lambdas it runs. A node is forgotten when no
 * table has it and no call to it is under way. Thread-safe.
 */
public final class Peers {

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

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

    /** Where everything about them is drawn from. */
    public Supplier<RandomGenerator> random() {
        return random;
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

    /** A call brought an answer; see {@link Peer#answered}. */
    public void answered(Peer peer, int load, long now) {
        if (peer.answered(load, now)) {
            LOG.atInfo().addKeyValue("destination", peer.endpoint()).log("destination found");
        }
        ended(peer);
    }

    /** A call could not be sent; see {@link Peer#unreachable}. */
    public void unreachable(Peer peer, boolean probed, String cause, long now) {
        if (peer.unreachable(probed, cause, now)) {
            lost(peer, cause);
        }
        ended(peer);
    }

    /** A call brought no answer; see {@link Peer#unanswered}. */
    public void unanswered(Peer peer, boolean probed, String cause, long now) {
        if (peer.unanswered(probed, cause, now)) {
            lost(peer, cause);
        }
        ended(peer);
    }

    /** A call told nothing; see {@link Peer#cancelled}. */
    public void cancelled(Peer peer, boolean probed) {
        peer.cancelled(probed);
        ended(peer);
    }

    /** How many nodes are known. */
    public int size() {
        return byEndpoint.size();
    }

    private void ended(Peer peer) {
        if (peer.owners() == 0) {
            byEndpoint.computeIfPresent(peer.endpoint(), (key, known) -> abandoned(known) ? null : known);
        }
    }

    private static void lost(Peer peer, String cause) {
        LOG.atWarn()
                .addKeyValue("destination", peer.endpoint())
                .addKeyValue("error", cause)
                .log("destination lost");
    }

    private static boolean abandoned(Peer peer) {
        return peer.owners() == 0 && peer.inFlight() == 0;
    }
}
