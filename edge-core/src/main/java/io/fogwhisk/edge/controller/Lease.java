package io.fogwhisk.edge.controller;

import io.fogwhisk.edge.rpc.CallMetadata;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.Objects;

/**
 * How long a node is kept without another announcement.
 *
 * @param length zero for ever, as nodes want that announce themselves once
 * @param instance differs from one start of a node to the next; empty if the node does not say
 */
public record Lease(Duration length, String instance) {

    /** Of a foreign node: for ever. */
    public static final Lease ENDLESS = new Lease(Duration.ZERO, "");

    private static final Duration LONGEST = Duration.ofDays(1);

    /** Checks the range. */
    public Lease {
        Objects.requireNonNull(instance, "instance is null");
        if (length.isNegative()) {
            throw new IllegalArgumentException("length must be at least 0, was " + length);
        }
    }

    /** Whether the node stays until it is removed. */
    public boolean endless() {
        return length.isZero();
    }

    /** What an announcement asks for, but at least {@code shortest}. */
    static Lease of(Metadata headers, Duration shortest) {
        String asked = headers.get(CallMetadata.LEASE);
        String known = headers.get(CallMetadata.INSTANCE);
        String instance = known == null ? "" : known;
        if (asked == null) {
            return new Lease(Duration.ZERO, instance);
        }
        Duration length = shortest;
        try {
            Duration wanted = Duration.ofMillis(Long.parseLong(asked));
            length = wanted.compareTo(shortest) > 0 && wanted.compareTo(LONGEST) < 0 ? wanted : shortest;
        } catch (NumberFormatException e) {
            // A node that wants a lease but says nonsense about it still goes when it falls silent.
            length = shortest;
        }
        return new Lease(length, instance);
    }
}
