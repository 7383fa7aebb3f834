package io.fogwhisk.bridge.proxy;

import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.client.ApiHost;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What the proxy must know.
 *
 * @param host the address to bind to
 * @param port 0 for any free one
 * @param timeout how long the OpenWhisk behind may take to begin its answer, more than zero
 * @param openWhisk the OpenWhisk that answers whatever does not travel through the edge domain; empty if there is none
 */
public record WskProxyConfig(String host, int port, Duration timeout, Optional<ApiHost> openWhisk) {

    /** Checks the ranges. */
    public WskProxyConfig {
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(openWhisk, "openWhisk is null");
        if (port < 0 || port > 65_535) {
            throw new WskException("port must be 0 to 65535, was " + port);
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new WskException("timeout must be more than 0, was " + timeout);
        }
    }

    /** With an OpenWhisk behind. */
    public WskProxyConfig(String host, int port, Duration timeout, String openWhisk) {
        this(host, port, timeout, Optional.of(ApiHost.of(openWhisk)));
    }
}
