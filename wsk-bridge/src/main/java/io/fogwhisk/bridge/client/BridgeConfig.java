package io.fogwhisk.bridge.client;

import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.wsk.WskException;
import java.time.Duration;

/**
 * Where the edge domain is entered.
 *
 * @param routerEndpoint {@code host:port} of a router, or of a computer
 * @param timeout how long a call may take, more than zero
 */
public record BridgeConfig(String routerEndpoint, Duration timeout) {

    /** Checks the endpoint and the range. */
    public BridgeConfig {
        Endpoint.parse(routerEndpoint);
        if (timeout.isZero() || timeout.isNegative()) {
            throw new WskException("timeout must be more than 0, was " + timeout);
        }
    }
}
