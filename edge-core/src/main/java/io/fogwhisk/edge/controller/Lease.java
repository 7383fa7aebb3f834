package io.fogwhisk.edge.controller;

import io.fogwhisk.edge.rpc.CallMetadata;
import io.grpc.Metadata;
import java.time.Duration;

/**
 * How long a node is kept.
 *
 * @param endsAt of {@link System#nanoTime}; without meaning if the lease is endless
 * @param endless for nodes that announce themselves once
 * @param instance of the node, or empty
 */
record Lease(long endsAt, boolean endless, String instance) {

    static Lease of(Metadata headers, Duration shortest) {
        String asked = headers.get(CallMetadata.LEASE);
        String instance = headers.get(CallMetadata.INSTANCE);
        String known = instance == null ? "" : instance;
        if (asked == null) {
            return new Lease(0, true, known);
        }
        Duration duration = shortest;
        try {
            Duration wanted = Duration.ofMillis(Long.parseLong(asked));
            duration = wanted.compareTo(shortest) > 0 && wanted.compareTo(Duration.ofDays(1)) < 0 ? wanted : shortest;
        } catch (NumberFormatException e) {
            // A node that wants a lease but says nonsense about it still goes when it falls silent.
            duration = shortest;
        }
        return new Lease(System.nanoTime() + duration.toNanos(), false, known);
    }

    boolean over() {
        return !endless && System.nanoTime() - endsAt > 0;
    }
}
