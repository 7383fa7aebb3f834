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
 */
public record HttpRole(String name, String host, int port, Consumer<JavalinConfig> routes, Optional<Tls> tls) {

    /** Checks for null and the range of the port. */
    public HttpRole {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(host, "host is null");
        Objects.requireNonNull(routes, "routes is null");
        Objects.requireNonNull(tls, "tls is null");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port of " + name + " must be 0 to 65535, was " + port);
        }
    }

    /** A role that speaks plain HTTP. */
    public HttpRole(String name, String host, int port, Consumer<JavalinConfig> routes) {
        this(name, host, port, routes, Optional.empty());
    }
}
