package io.fogwhisk.edge.rpc;

import io.fogwhisk.edge.rpc.proto.ForwardingTable;
import java.util.Objects;

/**
 * One line of a forwarding table.
 *
 * @param lambda its name
 * @param destination {@code host:port}
 * @param weight the expected latency in seconds, lower is better; 1 until it is measured
 * @param finalDestination true if it may also take what another router forwarded
 * @param idempotent true if the lambda may run twice
 * @param controlled true if a controller of ours keeps it, which removes it when it does not know it
 * @param status what was learned; of no account when a table is told an entry
 */
public record ForwardingEntry(
        String lambda,
        String destination,
        float weight,
        boolean finalDestination,
        boolean idempotent,
        boolean controlled,
        DestinationStatus status) {

    /** Checks for null and the weight. */
    public ForwardingEntry {
        Objects.requireNonNull(lambda, "lambda is null");
        Objects.requireNonNull(destination, "destination is null");
        Objects.requireNonNull(status, "status is null");
        if (!(weight >= 0)) {
            throw new EdgeException("weight must be at least 0, was " + weight);
        }
    }

    /** An entry that no controller of ours keeps. */
    public ForwardingEntry(
            String lambda,
            String destination,
            float weight,
            boolean finalDestination,
            boolean idempotent,
            DestinationStatus status) {
        this(lambda, destination, weight, finalDestination, idempotent, false, status);
    }

    /** An entry of a lambda that must run once, which no controller of ours keeps. */
    public ForwardingEntry(String lambda, String destination, float weight, boolean finalDestination) {
        this(lambda, destination, weight, finalDestination, false, DestinationStatus.UNKNOWN);
    }

    /** Reads an entry. */
    public static ForwardingEntry fromProto(ForwardingTable.Entry entry) {
        return new ForwardingEntry(
                entry.getLambda(),
                entry.getDestination(),
                entry.getWeight(),
                entry.getFinal(),
                entry.getIdempotent(),
                entry.getControlled(),
                new DestinationStatus(
                        entry.getInFlight(),
                        entry.getLatency(),
                        entry.getCalls(),
                        entry.getErrors(),
                        entry.getBreaker()));
    }

    /** The entry on the wire. */
    public ForwardingTable.Entry toProto() {
        return ForwardingTable.Entry.newBuilder()
                .setLambda(lambda)
                .setDestination(destination)
                .setWeight(weight)
                .setFinal(finalDestination)
                .setIdempotent(idempotent)
                .setControlled(controlled)
                .setInFlight(status.inFlight())
                .setLatency(status.latencySeconds())
                .setCalls(status.calls())
                .setErrors(status.errors())
                .setBreaker(status.breaker())
                .build();
    }
}
