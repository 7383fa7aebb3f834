package io.fogwhisk.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code ./fogwhisk bench}: measurements that anyone can repeat. */
@Command(
        name = "bench",
        description =
                "Measures a running site (street), its feeds (feeds, alarms), the start of one (startup), the OpenWhisk alone"
                        + " (openwhisk), the InfluxDB alone (influx), what waits for a centre that is away (outbox), how"
                        + " fast declarations reach sites (catalog), or an edge"
                        + " domain (edge).",
        mixinStandardHelpOptions = true,
        subcommands = {
            StreetLoad.class,
            FeedLoad.class,
            AlarmLoad.class,
            Startup.class,
            OpenWhiskLoad.class,
            EdgeLoad.class,
            InfluxLoad.class,
            OutboxLoad.class,
            CatalogLoad.class
        })
public final class Bench {

    private Bench() {}

    /** Runs a measurement and ends the process with its exit code. */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Bench());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("bench: " + failure.getMessage());
            return 1;
        });
        line.setExecutionStrategy(parsed -> {
            if (!parsed.hasSubcommand()) {
                line.usage(line.getOut());
                return 2;
            }
            return new CommandLine.RunLast().execute(parsed);
        });
        System.exit(line.execute(arguments));
    }
}
