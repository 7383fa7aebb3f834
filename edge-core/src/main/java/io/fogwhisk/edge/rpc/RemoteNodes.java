package io.fogwhisk.edge.rpc;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The TCP channels to other nodes, one for each. Bounded, as anybody who sends a lambda may name an endpoint for its
 * result: with too many of them the one that was not used for longest is given up, once its calls have ended.
 * Thread-safe.
 */
final class RemoteNodes implements AutoCloseable {

    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<String, RemoteNode> nodes = new ConcurrentHashMap<>();
    private final int limit;
    private final Function<Endpoint, RemoteNode> dial;

    RemoteNodes(int limit, Function<Endpoint, RemoteNode> dial) {
        this.limit = limit;
        this.dial = dial;
    }

    /** The channel to an endpoint, if there is one already. */
    @Nullable
    RemoteNode known(String endpoint) {
        return nodes.get(endpoint);
    }

    /**
     * The channel to an endpoint.
     *
     * @throws EdgeException if the text is not an endpoint
     */
    RemoteNode to(String endpoint) {
        RemoteNode known = nodes.get(endpoint);
        if (known != null) {
            return known;
        }
        Endpoint checked = Endpoint.parse(endpoint);
        RemoteNode node = nodes.computeIfAbsent(endpoint, key -> dial.apply(checked));
        if (nodes.size() > limit) {
            giveUpOldest(endpoint);
        }
        return node;
    }

    int size() {
        return nodes.size();
    }

    /** Ends every channel; what they do at their end they do before the network's threads end. */
    @Override
    public void close() {
        nodes.values().forEach(RemoteNode::close);
        long end = System.nanoTime() + GRACE_NANOS;
        nodes.values().forEach(node -> node.awaitEnd(end - System.nanoTime()));
        nodes.clear();
    }

    private synchronized void giveUpOldest(String butNot) {
        if (nodes.size() <= limit) {
            return;
        }
        nodes.entrySet().stream()
                .filter(each -> !each.getKey().equals(butNot))
                .min(Comparator.comparingLong(each -> each.getValue().usedAt()))
                .ifPresent(oldest -> {
                    nodes.remove(oldest.getKey());
                    oldest.getValue().finish();
                });
    }
}
