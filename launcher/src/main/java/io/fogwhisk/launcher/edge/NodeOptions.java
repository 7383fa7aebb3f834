package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.Endpoint;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of everybody who takes lambdas and may be known to a controller. */
final class NodeOptions {

    private static final int MOST_THREADS = 1_000_000;

    @Option(
            names = "--server-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:6473",
            description = "where to take lambdas (default ${DEFAULT-VALUE})")
    private String serverEndpoint = "";

    @Option(
            names = "--controller-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "",
            description = "the controller to announce this node to (default: nobody)")
    private String controllerEndpoint = "";

    @Option(
            names = "--announced-host",
            paramLabel = "HOST",
            description = "where others reach this node, if not at the host that it listens on")
    private Optional<String> announcedHost = Optional.empty();

    @Option(
            names = "--server-conf",
            paramLabel = "KEY=VALUE,...",
            defaultValue = "type=grpc",
            description = "the transport; there is gRPC only (default ${DEFAULT-VALUE})")
    private String serverConf = "";

    @Option(
            names = "--num-threads",
            paramLabel = "N",
            defaultValue = "5",
            description = "at most so many network threads (default ${DEFAULT-VALUE}); calls do not hold a thread")
    private int threads;

    /**
     * What the options say.
     *
     * @param controller {@code host:port}, or empty
     * @param threads how many network threads there may be, at least 1
     */
    record Node(Listen listen, String controller, Optional<String> announcedHost, int threads) {}

    /**
     * Reads the options.
     *
     * @throws ConfigException if one has a fault
     */
    Node read() {
        KeyValueText server = KeyValueText.parse("--server-conf", serverConf);
        String type = server.text("type", "grpc");
        if (!type.equals("grpc")) {
            server.fault("type", "must be grpc, was '" + type + "'");
        }
        server.check();
        if (threads < 1 || threads > MOST_THREADS) {
            throw new ConfigException(List.of("--num-threads must be 1 to " + MOST_THREADS + ", was " + threads));
        }
        return new Node(Listen.parse("--server-endpoint", serverEndpoint), controller(), announcedHost, threads);
    }

    private String controller() {
        try {
            return controllerEndpoint.isEmpty()
                    ? ""
                    : Endpoint.parse(controllerEndpoint).toString();
        } catch (EdgeException e) {
            throw new ConfigException(List.of("--controller-endpoint: " + e.getMessage()));
        }
    }
}
