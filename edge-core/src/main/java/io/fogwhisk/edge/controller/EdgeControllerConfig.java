package io.fogwhisk.edge.controller;

import io.fogwhisk.edge.rpc.EdgeException;
import java.time.Duration;
import java.util.Objects;

/**
 * What a controller must know.
 *
 * @param host the address to bind to
 * @param port 0 for any free one
 * @param lease how long a node that announces itself again and again is kept without another announcement, at least
 *     10 ms; nodes that ask for more, because their heart beats more slowly, get what they ask for
 */
public record EdgeControllerConfig(String host, int port, Duration lease) {

    /** Checks the range. */
    public EdgeControllerConfig {
        Objects.requireNonNull(host, "host is null");
        if (lease.toMillis() < 10) {
            throw new EdgeException("lease must be at least 10 ms, was " + lease);
        }
    }
}
