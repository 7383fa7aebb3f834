package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
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
import io.fogwhisk.edge.rpc.LambdaOffer;
import io.fogwhisk.edge.state.StateClient;
import io.fogwhisk.edge.state.StateMigration;
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
            names = "--heartbeat",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description =
                    "how often to announce the lambdas; the controller drops the computer when it has missed three"
                            + " (default ${DEFAULT-VALUE})")
    private double heartbeat;

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

    @Option(names = "--json-example", description = "print an example for --conf type=file and end")
    private boolean jsonExample;

    @Mixin
    private NodeOptions node = new NodeOptions();

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
        if (jsonExample) {
            spec.commandLine().getOut().print(ComputerFile.EXAMPLE);
            spec.commandLine().getOut().flush();
            return 0;
        }
        NodeOptions.Node known = node.read();
        EdgeComputerConfig config = new EdgeComputerConfig(
                known.listen().host(),
                known.listen().port(),
                known.announcedHost(),
                known.controller(),
                Seconds.within("--heartbeat", heartbeat, 0.01, 3_600));
        Asynchrony asynchrony = asynchrony();
        ComputerTypeOptions.Type runsOn = type.read();
        Optional<ComputerStateOptions.States> keeps = states.read(
                known.announcedHost(), known.controller().isEmpty() ? companionEndpoint : known.controller());
        // Faults among the options of the transport are named before anything listens.
        transport.security();
        return RoleProcess.run(spec, services -> {
            Metrics shown = metrics.open(services, spec.name());
            EdgeTransport opened = services.own(transport.open(spec.name(), known.threads()));
            StringBuilder also = new StringBuilder();
            RequestExecutor executor;
            LambdaOffer offer;
            if (runsOn instanceof ComputerTypeOptions.Type.Simulated simulated) {
                executor = simulated(services, opened, shown, simulated, known.listen(), also);
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
            services.own(opened::leaving);
            return "listening on " + computer.endpoint() + also + ", lambdas: "
                    + (offer.lambdas().isEmpty()
                            ? "any, announced to nobody"
                            : String.join(", ", new TreeSet<>(offer.lambdas())));
        });
    }

    private Asynchrony asynchrony() {
        try {
            return new Asynchrony(
                    asynchronous || !companionEndpoint.isEmpty(),
                    companionEndpoint,
                    Seconds.within("--join-timeout", joinTimeout, 0.001, 1_000_000),
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
            Listen listen,
            StringBuilder also) {
        SimulatedComputer simulated = services.start(new SimulatedComputer(
                spec.name(), type.spec(), type.utilization().isPresent(), System::nanoTime));
        services.own(shown.show(EdgeReadings.of(listen.host() + ":" + listen.port(), simulated)));
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
