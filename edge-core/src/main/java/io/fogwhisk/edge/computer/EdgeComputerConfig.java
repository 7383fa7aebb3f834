package io.fogwhisk.edge.computer;

import io.fogwhisk.edge.rpc.EdgeException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a computer must know.
 *
 * @param host the address to bind to
 * @param port 0 for any free one
 * @param announcedHost where others reach the computer; empty to announce {@code host}, or, if that means all
 *     addresses, the one that leads to the controller
 * @param controllerEndpoint {@code host:port}, or empty to announce nothing
 * @param heartbeat how often to announce the computer, more than zero
 */
public record EdgeComputerConfig(
        String host, int port, Optional<String> announcedHost, String controllerEndpoint, Duration heartbeat) {

    /** Checks the range. */
    public EdgeComputerConfig {
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(announcedHost, "announcedHost is null");
        Objects.requireNonNull(controllerEndpoint, "controllerEndpoint is null");
        if (heartbeat.isZero() || heartbeat.isNegative()) {
            throw new EdgeException("heartbeat must be more than 0, was " + heartbeat);
        }
    }

    /** A computer that announces its own host. */
    public EdgeComputerConfig(String host, int port, String controllerEndpoint, Duration heartbeat) {
        this(host, port, Optional.empty(), controllerEndpoint, heartbeat);
    }
}
