package io.fogwhisk.launcher.edge;

import io.fogwhisk.edge.rpc.EdgeTransport;
import java.time.Duration;
import picocli.CommandLine.Command;

/** How a role talks to others. */
@Command
final class TransportOptions {

    private static final Duration GRACE = Duration.ofSeconds(10);

    /** The transport of a role; the caller closes it. */
    EdgeTransport open(String role) {
        return new EdgeTransport(role).grace(GRACE);
    }
}
