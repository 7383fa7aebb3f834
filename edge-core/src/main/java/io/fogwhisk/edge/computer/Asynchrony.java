package io.fogwhisk.edge.computer;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.Endpoint;
import java.time.Duration;
import java.util.Objects;

/**
 * What a computer does with calls whose result goes to a callback.
 *
 * @param accepted false to refuse them
 * @param companion who gets the next step of a chain or graph, {@code host:port}, normally the router; empty for
 *     nobody, then only calls of one function are accepted
 * @param joinTimeout how long the first branch that arrives at a join waits for the others, more than zero
 * @param maxJoins how many joins wait at a time, at least 1; what comes then is refused
 */
public record Asynchrony(boolean accepted, String companion, Duration joinTimeout, int maxJoins) {

    /** How long a join waits unless something else is said. */
    public static final Duration JOIN_TIMEOUT = Duration.ofSeconds(60);

    /** How many joins wait at a time unless something else is said. */
    public static final int MAX_JOINS = 10_000;

    /** Refuses asynchronous calls. */
    public static final Asynchrony NONE = new Asynchrony(false, "", JOIN_TIMEOUT, MAX_JOINS);

    /** Checks the ranges. */
    public Asynchrony {
        Objects.requireNonNull(companion, "companion is null");
        if (!companion.isEmpty()) {
            Endpoint.parse(companion);
        }
        if (joinTimeout.isZero() || joinTimeout.isNegative()) {
            throw new EdgeException("join-timeout must be more than 0, was " + joinTimeout);
        }
        if (maxJoins < 1) {
            throw new EdgeException("the number of joins must be at least 1, was " + maxJoins);
        }
    }

    /** Accepts asynchronous calls. */
    public static Asynchrony with(String companion) {
        return new Asynchrony(true, companion, JOIN_TIMEOUT, MAX_JOINS);
    }
}
