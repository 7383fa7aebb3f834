package io.fogwhisk.edge.rpc;

import java.util.Objects;

/**
 * What a router of ours tells of a destination of a lambda; foreign ones tell nothing.
 *
 * @param inFlight calls under way
 * @param latencySeconds moving average of good answers, 0 while there was none
 * @param calls that have ended, whatever came of them
 * @param errors of them, how many brought an error of the function, or no answer
 * @param breaker {@code closed} while in use, {@code open} while set aside, {@code probing} while one call finds out;
 *     empty if the router does not say
 */
public record DestinationStatus(int inFlight, double latencySeconds, long calls, long errors, String breaker) {

    /** Of a destination of a foreign router, or of one that nothing is known about. */
    public static final DestinationStatus UNKNOWN = new DestinationStatus(0, 0, 0, 0, "");

    /** Checks for null. */
    public DestinationStatus {
        Objects.requireNonNull(breaker, "breaker is null");
    }
}
