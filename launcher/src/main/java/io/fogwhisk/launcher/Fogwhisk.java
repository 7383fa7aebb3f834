package io.fogwhisk.launcher;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.launcher.command.AggregatesCommand;
import io.fogwhisk.launcher.command.CatalogCommand;
import io.fogwhisk.launcher.command.CertsCommand;
import io.fogwhisk.launcher.command.DemoCommand;
import io.fogwhisk.launcher.command.DoctorCommand;
import io.fogwhisk.launcher.command.ExplainCommand;
import io.fogwhisk.launcher.command.FeedProviderCommand;
import io.fogwhisk.launcher.command.FeedsCommand;
import io.fogwhisk.launcher.command.K8sCommand;
import io.fogwhisk.launcher.command.NamespaceCommand;
import io.fogwhisk.launcher.command.OutboxCommand;
import io.fogwhisk.launcher.command.RehearseCommand;
import io.fogwhisk.launcher.command.SetAsideCommand;
import io.fogwhisk.launcher.command.SiteCommand;
import io.fogwhisk.launcher.command.SitesCommand;
import io.fogwhisk.launcher.command.UpCommand;
import io.fogwhisk.launcher.edge.EdgeClientCommand;
import io.fogwhisk.launcher.edge.EdgeComputerCommand;
import io.fogwhisk.launcher.edge.EdgeComputerWskCommand;
import io.fogwhisk.launcher.edge.EdgeControllerCommand;
import io.fogwhisk.launcher.edge.EdgeDispatcherCommand;
import io.fogwhisk.launcher.edge.EdgeRouterCommand;
import io.fogwhisk.launcher.edge.EdgeSimCommand;
import io.fogwhisk.launcher.edge.EdgeTraceCommand;
import io.fogwhisk.launcher.edge.EdgeUtilCommand;
import io.fogwhisk.launcher.edge.ForwardingTableCommand;
import io.fogwhisk.launcher.edge.WskProxyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code fogwhisk} command. */
@Command(
        name = "fogwhisk",
        description = "Fog computing with MQTT, OpenWhisk and InfluxDB protocols, in one process or many.",
        mixinStandardHelpOptions = true,
        versionProvider = Fogwhisk.Versions.class,
        subcommands = {
            UpCommand.class,
            DemoCommand.class,
            NamespaceCommand.class,
            ExplainCommand.class,
            SitesCommand.class,
            CatalogCommand.class,
            SetAsideCommand.class,
            AggregatesCommand.class,
            OutboxCommand.class,
            FeedProviderCommand.class,
            FeedsCommand.class,
            DoctorCommand.class,
            EdgeControllerCommand.class,
            EdgeRouterCommand.class,
            EdgeDispatcherCommand.class,
            EdgeSimCommand.class,
            EdgeComputerCommand.class,
            EdgeUtilCommand.class,
            EdgeClientCommand.class,
            EdgeTraceCommand.class,
            ForwardingTableCommand.class,
            EdgeComputerWskCommand.class,
            WskProxyCommand.class,
            CertsCommand.class,
            SiteCommand.class,
            K8sCommand.class,
            RehearseCommand.class
        })
public final class Fogwhisk {

    private static final int FAILED = 1;
    private static final int WRONG_CONFIGURATION = 2;

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs the command and returns its exit code: 0 done, 1 failed, 2 wrong usage or configuration. */
    public static int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    /** The command line, for tests and for the documentation. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Fogwhisk());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionStrategy(parsed -> {
            if (!parsed.hasSubcommand() && parsed.matchedOptionsSet().isEmpty()) {
                line.usage(line.getOut());
                return WRONG_CONFIGURATION;
            }
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof ConfigException) {
                command.getErr().println(failure.getMessage());
                return WRONG_CONFIGURATION;
            }
            command.getErr().println("fogwhisk: " + failure.getMessage());
            if (!isOurs(failure)) {
                // A failure that nobody planned: whoever mends it needs to see where it came from.
                failure.printStackTrace(command.getErr());
            }
            return FAILED;
        });
        return line;
    }

    private static boolean isOurs(Throwable failure) {
        return failure.getClass().getName().startsWith("io.fogwhisk.");
    }

    /** Tells picocli the version. */
    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"FogWhisk " + Version.text()};
        }
    }
}
