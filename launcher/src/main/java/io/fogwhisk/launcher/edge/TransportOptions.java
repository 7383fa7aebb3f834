package io.fogwhisk.launcher.edge;

import io.fogwhisk.edge.rpc.EdgeTransport;

/** How a role talks to others. */
final class TransportOptions {

    /** The transport of a role; the caller closes it. */
    EdgeTransport open(String role) {
        return new EdgeTransport(role);
    }
}
