package io.fogwhisk.bridge.client;

import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.wsk.WskException;
import java.time.Duration;

/**
 * Where the edge domain is entered.
 *
 * @param routerEndpoint {@code host:port} of a router, or of a computer
 * @param timeout how long a call may take, more than zero
 * @param maxInFlight calls under way, at least 1; more are refused
 */
public record BridgeConfig(String routerEndpoint, Duration timeout, int maxInFlight) {

    private static final int DEFAULT_IN_FLIGHT = 10_000;

    /** Checks the endpoint and the ranges. */
    public BridgeConfig {
        Endpoint.parse(routerEndpoint);
        if (timeout.isZero() || timeout.isNegative()) {
            throw new WskException("timeout must be more than 0, was " + timeout);
        }
        if (maxInFlight < 1) {
            throw new WskException("maxInFlight must be at least 1, was " + maxInFlight);
        }
    }

    /** With up to ten thousand calls under way. */
    public BridgeConfig(String routerEndpoint, Duration timeout) {
        this(routerEndpoint, timeout, DEFAULT_IN_FLIGHT);
    }
}
