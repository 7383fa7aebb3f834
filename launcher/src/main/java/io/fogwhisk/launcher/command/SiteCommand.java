package io.fogwhisk.launcher.command;

import io.fogwhisk.launcher.deploy.DeployFolder;
import io.fogwhisk.launcher.deploy.SiteOverlay;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes what a new site on Kubernetes needs. */
@Command(name = "site", description = "Writes the manifests of a new site.", mixinStandardHelpOptions = true)
public final class SiteCommand implements Callable<Integer> {

    private static final int WRONG_USAGE = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return WRONG_USAGE;
    }

    @Command(
            name = "new",
            description = "Writes k8s/sites/ID: the overlay of a new site, for kubectl apply -k.",
            mixinStandardHelpOptions = true)
    int create(
            @Parameters(paramLabel = "ID", description = "of the site, and of its namespace") String id,
            @Option(
                            names = "--central-influx",
                            paramLabel = "URL",
                            defaultValue = "http://influxdb.central:8086",
                            description = "the centre's InfluxDB as the site reaches it (default ${DEFAULT-VALUE})")
                    String influx,
            @Option(
                            names = "--central-catalog",
                            paramLabel = "URL",
                            defaultValue = "http://catalog.central:5984",
                            description = "the centre's catalogue as the site reaches it (default ${DEFAULT-VALUE})")
                    String catalog,
            @Mixin DeployOption option) {
        DeployFolder folder = option.read();
        Path site = new SiteOverlay(id, influx, catalog).write(folder);
        PrintWriter out = spec.commandLine().getOut();
        out.println("wrote " + site);
        out.println("next: fogwhisk k8s secrets --k8s " + folder.root() + " && kubectl apply -k " + site
                + " (and the centre again, which is told of the site)");
        out.flush();
        return 0;
    }
}
