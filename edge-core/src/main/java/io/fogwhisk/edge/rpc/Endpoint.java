package io.fogwhisk.edge.rpc;

import java.util.Objects;

/**
 * Where a node listens. Its text, {@code host:port}, is the node's identity in the edge domain, compared verbatim.
 *
 * @param host a name or an address; IPv6 addresses in brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {

    /** Checks the ranges. */
    public Endpoint {
        Objects.requireNonNull(host, "host is null");
        if (host.isEmpty()) {
            throw new EdgeException("the host of an endpoint must not be empty");
        }
        if (port < 1 || port > 65_535) {
            throw new EdgeException("the port of an endpoint must be 1 to 65535, was " + port);
        }
    }

    /**
     * Reads {@code host:port}.
     *
     * @throws EdgeException if the text has no port, or one that is no number
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new EdgeException("'" + text + "' is not an endpoint: use host:port");
        }
        try {
            return new Endpoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new EdgeException("'" + text + "' is not an endpoint: use host:port", e);
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
