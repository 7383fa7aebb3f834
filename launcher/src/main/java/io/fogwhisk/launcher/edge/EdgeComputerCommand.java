package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.computer.Asynchrony;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.computer.HttpExecutor;
import io.fogwhisk.edge.computer.HttpGateway;
import io.fogwhisk.edge.computer.RequestExecutor;
import io.fogwhisk.edge.processor.ComputerFile;
import io.fogwhisk.edge.processor.SimulatedComputer;
import io.fogwhisk.edge.processor.UtilizationServer;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.Endpoint;
import io.fogwhisk.edge.rpc.LambdaOffer;
import io.fogwhisk.edge.state.StateClient;
import io.fogwhisk.edge.state.StateMigration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs an edge computer until it is told to stop. */
@Command(
        name = "edge-computer",
        description = "Runs a computer of an edge domain: simulated processors, or the functions of an HTTP gateway.",
        mixinStandardHelpOptions = true)
public final class EdgeComputerCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--server-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:6473",
            description = "where to listen for lambdas (default ${DEFAULT-VALUE})")
    private String serverEndpoint = "";

    @Option(
            names = "--controller-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "",
            description = "the controller to announce the lambdas to (default: nobody)")
    private String controllerEndpoint = "";

    @Option(
            names = "--heartbeat",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description =
                    "how often to announce the lambdas; the controller drops the computer when it has missed three"
                            + " (default ${DEFAULT-VALUE})")
    private double heartbeat;

    @Option(
            names = "--num-threads",
            defaultValue = "5",
            description = "accepted and not used: no thread waits for a lambda")
    private int threads;

    @Option(
            names = "--server-conf",
            defaultValue = "type=grpc",
            description = "the transport (default ${DEFAULT-VALUE})")
    private String serverConf = "";

    @Option(names = "--asynchronous", description = "accept calls whose result goes to a callback")
    private boolean asynchronous;

    @Option(
            names = "--companion-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "",
            description = "who gets the next step of a chain or graph, normally the router; implies --asynchronous")
    private String companionEndpoint = "";

    @Option(
            names = "--join-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "how long the branches of a graph wait for each other (default ${DEFAULT-VALUE})")
    private double joinTimeout;

    @Option(
            names = "--announced-host",
            paramLabel = "HOST",
            description = "where others reach this node, if not at the host that it listens on")
    private Optional<String> announcedHost = Optional.empty();

    @Option(names = "--json-example", description = "print an example for --conf type=file and end")
    private boolean jsonExample;

    @Mixin
    private ComputerTypeOptions type = new ComputerTypeOptions();

    @Mixin
    private ComputerStateOptions states = new ComputerStateOptions();

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Override
    public Integer call() {
        ServerConf.checkThreads(threads);
        if (jsonExample) {
            spec.commandLine().getOut().print(ComputerFile.EXAMPLE);
            spec.commandLine().getOut().flush();
            return 0;
        }
        EdgeComputerConfig config = config();
        Asynchrony asynchrony = asynchrony();
        ComputerTypeOptions.Type runsOn = type.read();
        Optional<ComputerStateOptions.States> keeps =
                states.read(announcedHost, controllerEndpoint.isEmpty() ? companionEndpoint : controllerEndpoint);
        // Faults among the options of the transport are named before anything listens.
        transport.security();
        return RoleProcess.run(spec, services -> {
            Metrics shown = metrics.open(services, spec.name());
            EdgeTransport opened = services.own(transport.open(spec.name()));
            StringBuilder also = new StringBuilder();
            RequestExecutor executor;
            LambdaOffer offer;
            if (runsOn instanceof ComputerTypeOptions.Type.Simulated simulated) {
                executor = simulated(services, opened, shown, simulated, also);
                offer = offer(simulated.spec().workers());
            } else {
                HttpGateway gateway = ((ComputerTypeOptions.Type.Http) runsOn).gateway();
                executor = services.own(new HttpExecutor(spec.name(), gateway));
                offer = LambdaOffer.of(gateway.lambdas());
            }
            if (keeps.isPresent()) {
                String here = keeps.get().open(services, opened);
                executor = new StateMigration(executor, new StateClient(opened), here);
                also.append(", states on ").append(here);
            }
            EdgeComputer computer = new EdgeComputer(config, executor, asynchrony, opened, shown);
            computer.announce(offer);
            services.start(computer);
            return "listening on " + computer.endpoint() + also + ", lambdas: "
                    + (offer.lambdas().isEmpty()
                            ? "any, announced to nobody"
                            : String.join(", ", new TreeSet<>(offer.lambdas())));
        });
    }

    private EdgeComputerConfig config() {
        Listen listen = Listen.parse("--server-endpoint", serverEndpoint);
        ServerConf.check(KeyValueText.parse("--server-conf", serverConf));
        if (!(heartbeat >= 0.01) || heartbeat > 3_600) {
            throw new ConfigException(List.of("--heartbeat must be from 0.01 to 3600 seconds, was " + heartbeat));
        }
        Duration between = Duration.ofNanos(Math.round(heartbeat * 1e9));
        try {
            String controller = controllerEndpoint.isEmpty()
                    ? ""
                    : Endpoint.parse(controllerEndpoint).toString();
            return new EdgeComputerConfig(listen.host(), listen.port(), announcedHost, controller, between);
        } catch (EdgeException e) {
            throw new ConfigException(List.of("--controller-endpoint: " + e.getMessage()));
        }
    }

    private Asynchrony asynchrony() {
        if (!(joinTimeout > 0) || joinTimeout > 1e6) {
            throw new ConfigException(
                    List.of("--join-timeout must be more than 0 and at most 1000000, was " + joinTimeout));
        }
        try {
            return new Asynchrony(
                    asynchronous || !companionEndpoint.isEmpty(),
                    companionEndpoint,
                    Duration.ofNanos((long) Math.ceil(joinTimeout * 1e9)),
                    Asynchrony.MAX_JOINS);
        } catch (EdgeException e) {
            throw new ConfigException(List.of("--companion-endpoint: " + e.getMessage()));
        }
    }

    private RequestExecutor simulated(
            ServiceGroup services,
            EdgeTransport opened,
            Metrics shown,
            ComputerTypeOptions.Type.Simulated type,
            StringBuilder also) {
        SimulatedComputer simulated = services.start(new SimulatedComputer(
                spec.name(), type.spec(), type.utilization().isPresent(), System::nanoTime));
        services.own(shown.show(EdgeReadings.of(serverEndpoint, simulated)));
        if (type.utilization().isPresent()) {
            Listen at = type.utilization().get();
            UtilizationServer stream = services.start(new UtilizationServer(opened, at.host(), at.port(), simulated));
            also.append(", utilisation on ").append(stream.endpoint());
        }
        return simulated;
    }

    private static LambdaOffer offer(Map<String, Integer> workers) {
        return new LambdaOffer(workers.keySet(), Set.of(), workers);
    }
}
