package io.fogwhisk.edge.computer;

import io.fogwhisk.edge.rpc.EdgeException;
import java.time.Duration;
import java.util.Objects;

/**
 * What a computer must know.
 *
 * @param host the address to bind to; announced to the controller
 * @param port 0 for any free one
 * @param controllerEndpoint {@code host:port}, or empty to announce nothing
 * @param heartbeat how often to announce the computer, more than zero
 */
public record EdgeComputerConfig(String host, int port, String controllerEndpoint, Duration heartbeat) {

    /** Checks the range. */
    public EdgeComputerConfig {
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(controllerEndpoint, "controllerEndpoint is null");
        if (heartbeat.isZero() || heartbeat.isNegative()) {
            throw new EdgeException("heartbeat must be more than 0, was " + heartbeat);
        }
    }
}
