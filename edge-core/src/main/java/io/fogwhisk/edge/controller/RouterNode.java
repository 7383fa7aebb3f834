package io.fogwhisk.edge.controller;

import java.util.Objects;

/**
 * A router as it announces itself.
 *
 * @param endpoint where it takes lambdas, {@code host:port}; its identity
 * @param tableEndpoint where it takes commands, {@code host:port}
 */
public record RouterNode(String endpoint, String tableEndpoint) {

    /** Checks for null. */
    public RouterNode {
        Objects.requireNonNull(endpoint, "endpoint is null");
        Objects.requireNonNull(tableEndpoint, "tableEndpoint is null");
    }
}
