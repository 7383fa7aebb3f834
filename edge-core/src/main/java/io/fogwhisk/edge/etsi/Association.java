package io.fogwhisk.edge.etsi;

import java.util.Objects;

/**
 * Which end-point a client uses for a lambda.
 *
 * @param client its address; empty for all clients without an association of their own
 * @param lambda its name
 * @param server {@code host:port}, may be empty where it does not count
 */
record Association(String client, String lambda, String server) {

    Association {
        Objects.requireNonNull(client, "client is null");
        Objects.requireNonNull(lambda, "lambda is null");
        Objects.requireNonNull(server, "server is null");
    }
}
