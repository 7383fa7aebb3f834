package io.fogwhisk.bridge.proxy;

import io.fogwhisk.wsk.WskException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * What the proxy must know.
 *
 * @param host the address to bind to
 * @param port 0 for any free one
 * @param timeout how long the OpenWhisk behind may take to begin its answer, more than zero
 * @param openWhiskApiHost {@code http://host:port} of the OpenWhisk that answers whatever does not travel through the
 *     edge domain
 */
public record WskProxyConfig(String host, int port, Duration timeout, String openWhiskApiHost) {

    /** Checks the ranges and the address. */
    public WskProxyConfig {
        Objects.requireNonNull(host, "host is null");
        if (port < 0 || port > 65_535) {
            throw new WskException("port must be 0 to 65535, was " + port);
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new WskException("timeout must be more than 0, was " + timeout);
        }
        try {
            URI uri = URI.create(openWhiskApiHost);
            if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                throw new WskException("openWhiskApiHost must be http://host:port, was " + openWhiskApiHost);
            }
        } catch (WskException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new WskException("openWhiskApiHost must be http://host:port, was " + openWhiskApiHost, e);
        }
        if (openWhiskApiHost.endsWith("/")) {
            openWhiskApiHost = openWhiskApiHost.substring(0, openWhiskApiHost.length() - 1);
        }
    }
}
