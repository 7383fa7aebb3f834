package io.fogwhisk.launcher.command;

import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.launcher.demo.Demo;
import io.fogwhisk.launcher.demo.DemoPlan;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the centre and some data centres in one JVM, with simulated sensors. */
@Command(
        name = "demo",
        description = "Runs the centre and data centres in one process, with simulated sensors, in a temporary folder.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--for",
            paramLabel = "TIME",
            description = "publish that long (30s, 5m), then compare and end; without it, until Ctrl-C")
    private Optional<String> length = Optional.empty();

    @Option(names = "--sites", defaultValue = "2", description = "data centres (default ${DEFAULT-VALUE})")
    private int sites;

    @Option(names = "--sensors", defaultValue = "20", description = "sensors in all (default ${DEFAULT-VALUE})")
    private int sensors;

    @Option(
            names = "--rate",
            defaultValue = "100",
            description = "readings per second in all (default ${DEFAULT-VALUE})")
    private double rate;

    @Override
    public Integer call() {
        DemoPlan plan = plan();
        try (Interrupt interrupt = new Interrupt();
                Demo demo = new Demo(plan, spec.commandLine().getOut(), Ansi.AUTO.enabled())) {
            demo.start();
            demo.watch(interrupt::await);
            if (plan.length().isEmpty() || interrupt.isAsked()) {
                return 0;
            }
            return demo.settle(interrupt::await) ? 0 : 1;
        }
    }

    private DemoPlan plan() {
        try {
            return new DemoPlan(sites, sensors, rate, length.map(ConfigNode::parseDuration));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "fogwhisk demo: " + e.getMessage(), e);
        }
    }
}
