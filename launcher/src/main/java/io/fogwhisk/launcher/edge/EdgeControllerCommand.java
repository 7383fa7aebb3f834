package io.fogwhisk.launcher.edge;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.edge.controller.ComputerListener;
import io.fogwhisk.edge.controller.EdgeController;
import io.fogwhisk.edge.controller.EdgeControllerConfig;
import io.fogwhisk.edge.controller.FlatInstaller;
import io.fogwhisk.edge.controller.HierInstaller;
import io.fogwhisk.edge.controller.Installer;
import io.fogwhisk.edge.controller.TopologyFile;
import io.fogwhisk.edge.etsi.EtsiBalancer;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
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

    private static final double LONGEST_SECONDS = 86_400;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--server-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "0.0.0.0:6475",
            description = "where to listen (default ${DEFAULT-VALUE})")
    private String serverEndpoint = "";

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "plain",
            description = "plain, or etsi-balanced to tell an ETSI MEC proxy for the life cycle of applications, too,"
                    + " which computers its clients are to use (default ${DEFAULT-VALUE})")
    private String type = "";

    @Option(
            names = "--installer-type",
            paramLabel = "TYPE",
            defaultValue = "flat",
            description = "flat: every router knows every computer; hier: each computer has a home router, which the"
                    + " others know (default ${DEFAULT-VALUE})")
    private String installerType = "";

    @Option(names = "--file", paramLabel = "FILE", defaultValue = "", description = "for type etsi-file")
    private String file = "";

    @Option(
            names = "--balanced-endpoint",
            paramLabel = "HOST:PORT",
            defaultValue = "",
            description = "the proxy, for type etsi-balanced")
    private String balancedEndpoint = "";

    @Option(
            names = "--balanced-period",
            paramLabel = "SECONDS",
            defaultValue = "5.0",
            description = "how often to balance, for type etsi-balanced (default ${DEFAULT-VALUE})")
    private double balancedPeriod;

    @Option(
            names = "--topology-file",
            paramLabel = "FILE",
            defaultValue = "dist.txt",
            description = "distances for installer type hier: a row 'ADDRESS D1 … DN' per machine"
                    + " (default ${DEFAULT-VALUE})")
    private Path topologyFile = Path.of("dist.txt");

    @Option(
            names = "--topology-randomized",
            description = "draw distances from 0 to 1 instead of those in the topology file")
    private boolean topologyRandomized;

    @Option(
            names = "--hier-objective",
            paramLabel = "OBJECTIVE",
            defaultValue = "min-max",
            description = "what makes a good home router: min-max, the longest way, or min-avg, the sum of ways"
                    + " (default ${DEFAULT-VALUE})")
    private String hierObjective = "";

    @Option(
            names = "--etsi-api-root",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:6500",
            description = "for type etsi-file")
    private String etsiApiRoot = "";

    @Option(
            names = "--lease",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description = "how long nodes that announce themselves again and again are kept when they fall silent"
                    + " (default ${DEFAULT-VALUE})")
    private double lease;

    @Mixin
    private TransportOptions transport = new TransportOptions();

    @Mixin
    private MetricsOptions metrics = new MetricsOptions();

    @Override
    public Integer call() {
        Listen listen = Listen.parse("--server-endpoint", serverEndpoint);
        EdgeControllerConfig config = new EdgeControllerConfig(
                listen.host(), listen.port(), Seconds.within("--lease", lease, 0.01, LONGEST_SECONDS));
        boolean balanced = isBalanced();
        Duration period = Seconds.within("--balanced-period", balancedPeriod, 0.01, LONGEST_SECONDS);
        Installer installer = installer();
        return RoleProcess.run(spec, services -> {
            EdgeTransport opened = services.own(transport.open(spec.name()));
            List<ComputerListener> listeners = new ArrayList<>();
            if (balanced) {
                listeners.add(services.start(new EtsiBalancer(balancedEndpoint, period, opened)));
            }
            EdgeController controller = services.start(new EdgeController(config, installer, listeners, opened));
            services.own(metrics.open(services, spec.name()).show(EdgeReadings.of(controller)));
            services.own(opened::leaving);
            return "listening on " + controller.endpoint();
        });
    }

    private boolean isBalanced() {
        return switch (type) {
            case "plain" -> false;
            case "etsi-balanced" -> {
                Listen proxy = Listen.parse("--balanced-endpoint", balancedEndpoint);
                if (proxy.port() == 0) {
                    throw fault("--balanced-endpoint must name a port, was '" + balancedEndpoint + "'");
                }
                yield true;
            }
            case "etsi-file" ->
                throw fault("--type etsi-file (with --file '" + file + "' and --etsi-api-root " + etsiApiRoot
                        + ") is not supported: use plain, or etsi-balanced with a proxy at --balanced-endpoint");
            default -> throw fault("--type must be plain, etsi-file or etsi-balanced, was '" + type + "'");
        };
    }

    private Installer installer() {
        if (installerType.equals("flat")) {
            return new FlatInstaller();
        }
        if (!installerType.equals("hier")) {
            throw fault("--installer-type must be flat or hier, was '" + installerType + "'");
        }
        HierInstaller.Objective objective = switch (hierObjective) {
            case "min-max" -> HierInstaller.Objective.MIN_MAX;
            case "min-avg" -> HierInstaller.Objective.MIN_AVG;
            default -> throw fault("--hier-objective must be min-max or min-avg, was '" + hierObjective + "'");
        };
        ThreadLocalRandom random = ThreadLocalRandom.current();
        TopologyFile topology = topology();
        return new HierInstaller(
                topologyRandomized ? topology.randomized(random::nextDouble) : topology,
                objective,
                bound -> ThreadLocalRandom.current().nextInt(bound));
    }

    private TopologyFile topology() {
        try {
            return TopologyFile.read(topologyFile);
        } catch (EdgeException e) {
            throw fault("--topology-file: " + e.getMessage());
        }
    }

    private static ConfigException fault(String message) {
        return new ConfigException(List.of(message));
    }
}
