package io.fogwhisk.launcher.edge;

import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.controller.EdgeControllerConfig;
import io.fogwhisk.edge.rpc.EdgeTransport;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a controller until it is told to stop. */
@Command(
        name = "edge-controller",
        description = "Runs the controller of an edge domain: it tells routers which computers there are.",
        mixinStandardHelpOptions = true)
public final class EdgeControllerCommand implements Callable<Integer> {

    private static final Duration LEASE = Duration.ofSeconds(15);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--server-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:6475",
            description = "where to listen (default ${DEFAULT-VALUE})")
    private String serverEndpoint = "";

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Override
    public Integer call() {
        Listen listen = Listen.parse("--server-endpoint", serverEndpoint);
        return RoleProcess.run(spec, services -> {
            EdgeTransport opened = services.own(transport.open(spec.name()));
            EdgeController controller = services.start(
                    new EdgeController(new EdgeControllerConfig(listen.host(), listen.port(), LEASE), opened));
            return "listening on " + controller.endpoint();
        });
    }
}
