package io.fogwhisk.base.http;

import io.javalin.config.JavalinConfig;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What one port of the process serves.
 *
 * @param name unique in the process, such as {@code dc-1/openwhisk}; shown in messages
 * @param host the address to bind to
 * @param port the port, 0 for any free one
 * @param routes declares the routes and their settings on a fresh Javalin configuration; the Jetty settings in there
 *     have no effect, the server is shared
 * @param tls when present the port speaks TLS and plain HTTP, whichever the client begins with
 * @param refusal answers in the role's words what the server refuses before the routes see it; without it the server does
 * @param encodedSlashes whether a segment of a path may hold a slash, as {@code %2F}; the routes must then read the path
 *     as it was sent. Otherwise the server refuses it
 */
public record HttpRole(
        String name,
        String host,
        int port,
        Consumer<JavalinConfig> routes,
        Optional<Tls> tls,
        Optional<HttpRefusal> refusal,
        boolean encodedSlashes) {

    /** Checks for null and the range of the port. */
    public HttpRole {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(routes, "routes is null");
        Objects.requireNonNull(tls, "tls is null");
        Objects.requireNonNull(refusal, "refusal is null");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port of " + name + " must be 0 to 65535, was " + port);
        }
    }

    /** A role that speaks plain HTTP. */
    public HttpRole(String name, String host, int port, Consumer<JavalinConfig> routes) {
        this(name, host, port, routes, Optional.empty());
    }

    /** A role that leaves it to the server to say what the server refuses. */
    public HttpRole(String name, String host, int port, Consumer<JavalinConfig> routes, Optional<Tls> tls) {
        this(name, host, port, routes, tls, Optional.empty(), false);
    }

    /** This role with its own words for what the server refuses. */
    public HttpRole with(HttpRefusal words) {
        return new HttpRole(name, host, port, routes, tls, Optional.of(words), encodedSlashes);
    }

    /** This role with paths whose segments may hold a slash. */
    public HttpRole withEncodedSlashes() {
        return new HttpRole(name, host, port, routes, tls, refusal, true);
    }
}
