package io.fogwhisk.edge.controller;

import java.util.Objects;

/**
 * What a router is to know: where a lambda can be sent. Lambda and destination identify it, the rest are properties.
 *
 * @param lambda its name
 * @param destination {@code host:port} of a computer, or of a router that knows one
 * @param finalDestination true if it may also take what another router forwarded
 * @param idempotent true if the lambda may run twice there
 * @param controlled true if a controller that does not know it may remove it: whoever is there would announce itself
 */
public record Route(
        String lambda, String destination, boolean finalDestination, boolean idempotent, boolean controlled) {

    /** Checks for null. */
    public Route {
        Objects.requireNonNull(lambda, "lambda is null");
        Objects.requireNonNull(destination, "destination is null");
    }

    /** The way to a computer. */
    static Route to(ComputerNode computer, String lambda) {
        return new Route(lambda, computer.endpoint(), true, computer.idempotent(lambda), computer.announcesItself());
    }

    /** The way to a router near a computer. */
    static Route via(RouterNode router, String lambda, boolean idempotent, boolean controlled) {
        return new Route(lambda, router.endpoint(), false, idempotent, controlled);
    }
}
