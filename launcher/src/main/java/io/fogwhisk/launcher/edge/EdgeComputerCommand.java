package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.config.KeyValueText;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.edge.computer.Asynchrony;
import io.fogwhisk.edge.computer.EdgeComputer;
import io.fogwhisk.edge.computer.EdgeComputerConfig;
import io.fogwhisk.edge.computer.HttpExecutor;
import io.fogwhisk.edge.computer.RequestExecutor;
import io.fogwhisk.edge.processor.ComputerFile;
import io.fogwhisk.edge.processor.ComputerSpec;
import io.fogwhisk.edge.processor.ContainerSpec;
import io.fogwhisk.edge.processor.SimulatedComputer;
import io.fogwhisk.edge.processor.UtilizationServer;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.state.StateClient;
import io.fogwhisk.edge.state.StateMigration;
import io.fogwhisk.edge.state.StateServer;
import io.fogwhisk.edge.state.StateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(30);
    private static final int MANY = 10_000;

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
            names = "--num-threads",
            defaultValue = "5",
            description = "accepted and not used: no thread waits for a lambda")
    private int threads;

    @Option(
            names = "--server-conf",
            defaultValue = "type=grpc",
            description = "the transport (default ${DEFAULT-VALUE})")
    private String serverConf = "";

    @Option(names = "--computer-type", defaultValue = "sim", description = "sim or http (default ${DEFAULT-VALUE})")
    private String computerType = "";

    @Option(
            names = "--utilization-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:6476",
            description =
                    "where to stream how busy the processors are; if empty, loads are 0 (default ${DEFAULT-VALUE})")
    private String utilizationEndpoint = "";

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
            names = "--state-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "",
            description = "where to serve states, and whereto the states of functions move (default: nowhere)")
    private String stateEndpoint = "";

    @Option(names = "--no-state-server", description = "somebody else serves the states at --state-endpoint")
    private boolean noStateServer;

    @Option(
            names = "--conf",
            defaultValue =
                    "type=raspberry,num-cpu-containers=1,num-cpu-workers=4,num-gpu-containers=1,num-gpu-workers=2",
            description = "the simulated computer: type=raspberry, type=intel-server,num-containers=N,num-workers=N or"
                    + " type=file,path=FILE (default ${DEFAULT-VALUE})")
    private String conf = "";

    @Option(
            names = "--http-conf",
            defaultValue = "gateway-url=http://localhost:8080/,num-clients=5,type=OpenFaaS(0.8)",
            description = "the HTTP gateway (default ${DEFAULT-VALUE})")
    private String httpConf = "";

    @Option(
            names = "--lambdas",
            split = ",",
            paramLabel = "NAME",
            description = "which lambdas the HTTP gateway has; they are announced, others are refused (default: any)")
    private List<String> lambdas = List.of();

    @Option(names = "--json-example", description = "print an example for --conf type=file and end")
    private boolean jsonExample;

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
        Listen listen = Listen.parse("--server-endpoint", serverEndpoint);
        KeyValueText server = KeyValueText.parse("--server-conf", serverConf);
        if (!server.text("type", "grpc").equals("grpc")) {
            server.fault("type", "must be grpc");
        }
        server.check();
        if (noStateServer && stateEndpoint.isEmpty()) {
            throw new ConfigException(List.of("--no-state-server needs --state-endpoint"));
        }
        if (!computerType.equals("sim") && !computerType.equals("http")) {
            throw new ConfigException(List.of("--computer-type must be sim or http, was '" + computerType + "'"));
        }
        Asynchrony asynchrony = asynchrony();
        return RoleProcess.run(spec, services -> {
            Metrics shown = metrics.open(services, spec.name());
            EdgeTransport opened = services.own(transport.open(spec.name()));
            Set<String> announced = new TreeSet<>(lambdas);
            RequestExecutor executor =
                    computerType.equals("http") ? http(services) : simulated(services, opened, shown, announced);
            EdgeComputer computer = new EdgeComputer(
                    new EdgeComputerConfig(listen.host(), listen.port(), controllerEndpoint, HEARTBEAT),
                    withStates(services, opened, executor),
                    asynchrony,
                    opened,
                    shown);
            computer.announce(announced);
            services.start(computer);
            return "listening on " + computer.endpoint() + ", lambdas: "
                    + (announced.isEmpty() ? "any, announced to nobody" : String.join(", ", announced));
        });
    }

    private Asynchrony asynchrony() {
        try {
            if (!(joinTimeout > 0) || joinTimeout > 1e6) {
                throw new EdgeException("--join-timeout must be more than 0 and at most 1000000, was " + joinTimeout);
            }
            return new Asynchrony(
                    asynchronous || !companionEndpoint.isEmpty(),
                    companionEndpoint,
                    Duration.ofNanos((long) (joinTimeout * 1e9)),
                    Asynchrony.MAX_JOINS);
        } catch (EdgeException e) {
            throw new ConfigException(List.of(String.valueOf(e.getMessage())));
        }
    }

    private RequestExecutor simulated(
            ServiceGroup services, EdgeTransport opened, Metrics shown, Set<String> announced) {
        ComputerSpec computer = computerSpec();
        SimulatedComputer simulated = services.start(
                new SimulatedComputer(spec.name(), computer, !utilizationEndpoint.isEmpty(), System::nanoTime));
        services.own(shown.show(EdgeReadings.of(serverEndpoint, simulated)));
        if (!utilizationEndpoint.isEmpty()) {
            Listen at = Listen.parse("--utilization-endpoint", utilizationEndpoint);
            services.start(new UtilizationServer(opened, at.host(), at.port(), simulated));
        }
        announced.addAll(
                computer.containers().stream().map(ContainerSpec::lambda).collect(Collectors.toSet()));
        return simulated;
    }

    private ComputerSpec computerSpec() {
        KeyValueText text = KeyValueText.parse("--conf", conf);
        String type = text.text("type", "raspberry");
        try {
            switch (type) {
                case "raspberry" -> {
                    ComputerSpec computer = ComputerSpec.raspberry(
                            text.integer("num-cpu-containers", 1, 0, MANY),
                            text.integer("num-cpu-workers", 4, 1, MANY),
                            text.integer("num-gpu-containers", 1, 0, MANY),
                            text.integer("num-gpu-workers", 2, 1, MANY));
                    text.check();
                    return computer;
                }
                case "intel-server" -> {
                    ComputerSpec computer = ComputerSpec.intelServer(
                            text.integer("num-containers", 1, 0, MANY), text.integer("num-workers", 4, 1, MANY));
                    text.check();
                    return computer;
                }
                case "file" -> {
                    String path = text.text("path", "");
                    if (path.isEmpty()) {
                        text.fault("path", "must name a file; --json-example prints one");
                    }
                    text.check();
                    return ComputerFile.read(Path.of(path));
                }
                default ->
                    throw new ConfigException(List.of("--conf: type must be one of "
                            + Arrays.asList("raspberry", "intel-server", "file") + ", was '" + type + "'"));
            }
        } catch (EdgeException e) {
            throw new ConfigException(List.of("--conf: " + e.getMessage()));
        }
    }

    private RequestExecutor http(ServiceGroup services) {
        KeyValueText text = KeyValueText.parse("--http-conf", httpConf);
        String gateway = text.text("gateway-url", "http://localhost:8080/");
        int clients = text.integer("num-clients", 5, 1, MANY);
        if (!text.text("type", "OpenFaaS(0.8)").equals("OpenFaaS(0.8)")) {
            text.fault("type", "must be OpenFaaS(0.8)");
        }
        text.check();
        try {
            return services.own(new HttpExecutor(spec.name(), gateway, clients, Set.copyOf(lambdas), HTTP_TIMEOUT));
        } catch (EdgeException e) {
            throw new ConfigException(List.of("--http-conf: " + e.getMessage()));
        }
    }

    private RequestExecutor withStates(ServiceGroup services, EdgeTransport opened, RequestExecutor executor) {
        if (stateEndpoint.isEmpty()) {
            return executor;
        }
        if (!noStateServer) {
            Listen at = Listen.parse("--state-endpoint", stateEndpoint);
            services.start(new StateServer(opened, at.host(), at.port(), new StateStore(StateStore.MAX_BYTES)));
        }
        return new StateMigration(executor, new StateClient(opened), stateEndpoint);
    }
}
