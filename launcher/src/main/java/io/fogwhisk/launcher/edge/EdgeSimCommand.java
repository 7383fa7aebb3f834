package io.fogwhisk.launcher.edge;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.sim.SimConfig;
import io.fogwhisk.edge.sim.Simulation;
import io.fogwhisk.edge.table.RoutingTables;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the controller, tables and policies of domains of many sizes on virtual time, and prints a line for each. */
@Command(
        name = "edge-sim",
        description = "Simulates edge domains of many sizes: how delay and control traffic grow, for each policy.",
        mixinStandardHelpOptions = true)
public final class EdgeSimCommand implements Callable<Integer> {

    private static final String FAIRNESS = "proportional-fairness";
    /** Of the heap, for an entry in the overall and in the final table of a router. */
    private static final long BYTES_PER_ENTRY = 1_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--policies",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "random,least-impedance,round-robin,proportional-fairness,power-of-two",
            description = "how routers choose (default ${DEFAULT-VALUE})")
    private List<String> policies = List.of();

    @Option(
            names = "--installers",
            split = ",",
            paramLabel = "flat|hier",
            defaultValue = "flat,hier",
            description = "what the controller tells routers (default ${DEFAULT-VALUE})")
    private List<SimConfig.InstallerKind> installers = List.of();

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "COMPUTERS",
            defaultValue = "10,100,1000",
            description = "how many computers (default ${DEFAULT-VALUE})")
    private List<Integer> sizes = List.of();

    @Option(
            names = "--computers-per-router",
            defaultValue = "5",
            description = "how many routers that makes, each on a site of its own (default ${DEFAULT-VALUE})")
    private double computersPerRouter;

    @Option(
            names = "--optimizer-conf",
            defaultValue = "type=async,alpha=0.95",
            description = "how weights move; proportional fairness always has asyncPF (default ${DEFAULT-VALUE})")
    private String optimizerConf = "";

    @Option(
            names = "--alpha",
            defaultValue = "1",
            description = "of proportional fairness: how much speed counts (default ${DEFAULT-VALUE})")
    private double alpha;

    @Option(
            names = "--beta",
            defaultValue = "1",
            description = "of proportional fairness: how much fairness counts (default ${DEFAULT-VALUE})")
    private double beta;

    @Option(
            names = "--max-entries",
            defaultValue = "0",
            description =
                    "runs whose routers would have more table entries in all are left out; 0 for what the heap can"
                            + " hold (default ${DEFAULT-VALUE})")
    private long maxEntries;

    @Mixin
    private SimOptions options = new SimOptions();

    @ArgGroup
    private Output output = new Output();

    /** At most one of them. */
    private static final class Output {
        @Option(names = "--csv", description = "prints comma-separated values")
        private boolean csv;

        @Option(names = "--json", description = "prints one JSON object per line")
        private boolean json;
    }

    private record Run(String policy, SimConfig config) {}

    @Override
    public Integer call() {
        List<Run> runs = runs();
        quieten();
        SimTable table = new SimTable(spec.commandLine().getOut(), format());
        PrintWriter err = spec.commandLine().getErr();
        long most = maxEntries > 0 ? maxEntries : Runtime.getRuntime().maxMemory() / BYTES_PER_ENTRY;
        for (Run run : runs) {
            SimConfig config = run.config();
            long entries = config.expectedEntries();
            if (entries > most) {
                err.println("left out: " + run.policy() + ", "
                        + config.installer().name().toLowerCase(Locale.ROOT) + ", " + config.computers()
                        + " computers: " + entries + " table entries are more than --max-entries " + most
                        + (maxEntries > 0 ? "" : ", which is what the heap can hold (-Xmx in FOGWHISK_JAVA_OPTS)"));
                err.flush();
                continue;
            }
            table.add(run.policy(), options.load(), config, new Simulation(config).run());
        }
        return 0;
    }

    private List<Run> runs() {
        try {
            if (!(computersPerRouter > 0)) {
                throw new EdgeException("computers-per-router must be more than 0, was " + computersPerRouter);
            }
            List<Run> runs = new ArrayList<>();
            for (int computers : sizes) {
                int routers = (int) Math.max(1, Math.round(computers / computersPerRouter));
                for (String policy : policies) {
                    for (SimConfig.InstallerKind installer : installers) {
                        runs.add(new Run(policy, options.config(conf(policy), installer, routers, computers)));
                    }
                }
            }
            return runs;
        } catch (EdgeException e) {
            throw new ConfigException(List.of("--" + e.getMessage()));
        }
    }

    private SimConfig.Policy conf(String policy) {
        boolean fairness = policy.equals(FAIRNESS);
        SimConfig.Policy conf = new SimConfig.Policy(
                "type=" + policy + (fairness ? ",alpha=" + alpha + ",beta=" + beta : ""),
                fairness ? "type=asyncPF" : optimizerConf);
        // Told now, not after the runs before it.
        RoutingTables.of(conf.tableConf(), conf.optimizerConf(), 0, System::nanoTime);
        return conf;
    }

    private SimTable.Format format() {
        if (output.csv) {
            return SimTable.Format.CSV;
        }
        return output.json ? SimTable.Format.JSON : SimTable.Format.TEXT;
    }

    /** A thousand routers would each tell of every computer that goes. */
    private static void quieten() {
        for (String name : List.of("io.fogwhisk.edge.policy", "io.fogwhisk.edge.controller")) {
            if (LoggerFactory.getLogger(name) instanceof Logger logger) {
                logger.setLevel(Level.ERROR);
            }
        }
    }
}
