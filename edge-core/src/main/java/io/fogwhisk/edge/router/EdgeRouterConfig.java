package io.fogwhisk.edge.router;

import io.fogwhisk.edge.rpc.EdgeException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a router must know.
 *
 * @param host the address of both ports
 * @param port for lambdas, 0 for any free one
 * @param tablePort for the table service, 0 for any free one
 * @param announcedHost where others reach the router; empty to announce {@code host}, or, if that means all addresses,
 *     the one that leads to the controller
 * @param controllerEndpoint {@code host:port}, or empty to work with what the table service is told
 * @param bounds how much it takes
 * @param emulation what it does for experiments only
 * @param heartbeat how often to announce the router, more than zero
 */
public record EdgeRouterConfig(
        String host,
        int port,
        int tablePort,
        Optional<String> announcedHost,
        String controllerEndpoint,
        Bounds bounds,
        Emulation emulation,
        Duration heartbeat) {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    /** Checks the ranges. */
    public EdgeRouterConfig {
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(announcedHost, "announcedHost is null");
        Objects.requireNonNull(controllerEndpoint, "controllerEndpoint is null");
        Objects.requireNonNull(bounds, "bounds is null");
        Objects.requireNonNull(emulation, "emulation is null");
        if (heartbeat.isZero() || heartbeat.isNegative()) {
            throw new EdgeException("heartbeat must be more than 0, was " + heartbeat);
        }
    }

    /** Announces its own host every two seconds and emulates nothing. */
    public EdgeRouterConfig(String host, int port, int tablePort, String controllerEndpoint, Bounds bounds) {
        this(host, port, tablePort, Optional.empty(), controllerEndpoint, bounds, Emulation.NONE, HEARTBEAT);
    }

    /**
     * How much a router takes.
     *
     * @param maxInFlight how many lambdas may be under way, those that wait included, at least 1; more are refused
     * @param maxWaiting how many of them may wait because every destination is busy, at least 0; more are refused
     * @param callTimeout how long a lambda may take from its arrival, more than zero; less if the caller says so
     */
    public record Bounds(int maxInFlight, int maxWaiting, Duration callTimeout) {

        /** Checks the ranges. */
        public Bounds {
            if (maxInFlight < 1) {
                throw new EdgeException("maxInFlight must be at least 1, was " + maxInFlight);
            }
            if (maxWaiting < 0) {
                throw new EdgeException("maxWaiting must be at least 0, was " + maxWaiting);
            }
            if (callTimeout.isZero() || callTimeout.isNegative()) {
                throw new EdgeException("callTimeout must be more than 0, was " + callTimeout);
            }
        }
    }

    /**
     * What a router does for experiments only.
     *
     * @param minForwardTime the shortest time that each lambda is held back before it is forwarded
     * @param maxForwardTime the longest; zero to hold nothing back
     * @param fake true to answer lambdas here, as if a destination had taken up to a second
     */
    public record Emulation(Duration minForwardTime, Duration maxForwardTime, boolean fake) {

        /** Nothing. */
        public static final Emulation NONE = new Emulation(Duration.ZERO, Duration.ZERO, false);

        /** Checks the ranges. */
        public Emulation {
            if (minForwardTime.isNegative() || maxForwardTime.compareTo(minForwardTime) < 0) {
                throw new EdgeException("min-forward-time must be at least 0 and at most max-forward-time, were "
                        + minForwardTime + " and " + maxForwardTime);
            }
        }
    }
}
