package io.fogwhisk.edge.router;

import io.fogwhisk.edge.rpc.EdgeException;
import java.time.Duration;
import java.util.Objects;

/**
 * What a router must know.
 *
 * @param host the address of both ports; announced to the controller
 * @param port for lambdas, 0 for any free one
 * @param tablePort for the table service, 0 for any free one
 * @param controllerEndpoint {@code host:port}, or empty to work with what the table service is told
 * @param policy {@code random}, {@code least-impedance} or {@code round-robin}
 * @param maxInFlight how many lambdas may be under way, at least 1; more are refused
 * @param callTimeout how long a destination may take, more than zero
 * @param heartbeat how often to announce the router, more than zero
 */
public record EdgeRouterConfig(
        String host,
        int port,
        int tablePort,
        String controllerEndpoint,
        String policy,
        int maxInFlight,
        Duration callTimeout,
        Duration heartbeat) {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    /** Checks the ranges. */
    public EdgeRouterConfig {
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(controllerEndpoint, "controllerEndpoint is null");
        Objects.requireNonNull(policy, "policy is null");
        if (maxInFlight < 1) {
            throw new EdgeException("maxInFlight must be at least 1, was " + maxInFlight);
        }
        if (callTimeout.isZero() || callTimeout.isNegative()) {
            throw new EdgeException("callTimeout must be more than 0, was " + callTimeout);
        }
        if (heartbeat.isZero() || heartbeat.isNegative()) {
            throw new EdgeException("heartbeat must be more than 0, was " + heartbeat);
        }
    }

    /** With a heartbeat of two seconds. */
    public EdgeRouterConfig(
            String host,
            int port,
            int tablePort,
            String controllerEndpoint,
            String policy,
            int maxInFlight,
            Duration callTimeout) {
        this(host, port, tablePort, controllerEndpoint, policy, maxInFlight, callTimeout, HEARTBEAT);
    }
}
