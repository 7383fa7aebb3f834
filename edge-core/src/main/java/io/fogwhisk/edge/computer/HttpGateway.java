package io.fogwhisk.edge.computer;

import io.fogwhisk.edge.rpc.EdgeException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * An HTTP gateway that runs functions, such as that of OpenFaaS, and how to use it.
 *
 * @param url such as {@code http://localhost:8080/}; ends with a slash
 * @param clients how many calls at a time, at least 1
 * @param lambdas which the gateway has; empty for any
 * @param timeout for a call, more than zero
 */
public record HttpGateway(URI url, int clients, Set<String> lambdas, Duration timeout) {

    /** Checks and copies. */
    public HttpGateway {
        Objects.requireNonNull(url, "url is null");
        lambdas = Set.copyOf(lambdas);
        if (clients < 1) {
            throw new EdgeException("num-clients must be at least 1, was " + clients);
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new EdgeException("the time limit for the gateway must be more than 0, was " + timeout);
        }
    }

    /**
     * Reads the address of a gateway.
     *
     * @throws EdgeException if it is no HTTP address, or one of the numbers is out of range
     */
    public static HttpGateway at(String url, int clients, Set<String> lambdas, Duration timeout) {
        return new HttpGateway(checked(url), clients, lambdas, timeout);
    }

    private static URI checked(String url) {
        try {
            URI uri = URI.create(url.endsWith("/") ? url : url + "/");
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new EdgeException("gateway-url must be an http or https address, was '" + url + "'", e);
        }
        throw new EdgeException("gateway-url must be an http or https address, was '" + url + "'");
    }
}
