package io.fogwhisk.launcher.command;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.Version;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SitePoster;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one data centre until it is told to stop. */
@Command(
        name = "up",
        description = "Runs one data centre: broker, feeds, edge domain, OpenWhisk, InfluxDB, dashboard.",
        mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SiteOption option = new SiteOption();

    @Option(names = "--no-sample", description = "do not install the sample pipeline")
    private boolean noSample;

    @Override
    public Integer call() {
        SiteConfig read = option.read();
        SiteConfig site = noSample ? read.withoutSample() : read;
        PrintWriter out = spec.commandLine().getOut();
        try (Interrupt interrupt = new Interrupt();
                ServiceGroup services = new ServiceGroup(site.id())) {
            HttpHost http = services.start(new HttpHost(Interrupt.ANSWERS));
            Site running = services.start(new Site(site, http, Clock.systemUTC()));
            SitePoster.lines(running, option.again()).forEach(out::println);
            long millis = ManagementFactory.getRuntimeMXBean().getUptime();
            out.printf("FogWhisk %s is up after %.1f s; Ctrl-C stops it%n", Version.text(), millis / 1_000.0);
            out.flush();
            interrupt.await();
            out.println("stopping");
            out.flush();
            return 0;
        }
    }
}
