package io.fogwhisk.launcher.command;

import io.fogwhisk.base.config.ConfigException;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.site.RemoteFeeds;
import io.fogwhisk.launcher.site.SiteConfig;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the feed provider alone: it fires the triggers of an OpenWhisk elsewhere until it is told to stop. */
@Command(
        name = "feed-provider",
        description = "Runs MQTT feeds and alarms alone, in front of any OpenWhisk (openwhisk.api-host).",
        mixinStandardHelpOptions = true)
public final class FeedProviderCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(FeedProviderCommand.class);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SiteOption option = new SiteOption();

    @Override
    public Integer call() {
        Map<String, String> environment = option.environment();
        SiteConfig site = option.read();
        List<String> faults = faults(site);
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (Interrupt interrupt = new Interrupt();
                ServiceGroup services = new ServiceGroup(site.id())) {
            List<String> unused = MountedKeys.DATABASE.stream()
                    .filter(environment::containsKey)
                    .toList();
            if (!unused.isEmpty()) {
                LOG.atInfo().addKeyValue("variables", unused).log("no database is needed, its settings have no effect");
            }
            HttpHost http = services.start(new HttpHost(Interrupt.ANSWERS));
            services.start(RemoteFeeds.alone(site, http, Clock.systemUTC()));
            out.println("feed-provider: listening on http://" + site.host() + ":"
                    + site.ports().feeds() + ", fires at "
                    + site.openwhisk().apiHost().orElseThrow());
            site.feeds()
                    .slim()
                    .ifPresent(
                            slim -> out.println("feed-provider: " + slim.spec().topics() + " fire " + slim.trigger()));
            out.flush();
            interrupt.await();
            out.println("stopping");
            out.flush();
            return 0;
        }
    }

    /** What the configuration lacks for a provider without a site. */
    static List<String> faults(SiteConfig site) {
        List<String> faults = new ArrayList<>();
        if (site.openwhisk().apiHost().isEmpty()) {
            faults.add(
                    "openwhisk.api-host is needed: the OpenWhisk whose triggers are fired (FOGWHISK_OPENWHISK_API_HOST"
                            + " or " + MountedKeys.API_HOST + " in the environment)");
        }
        boolean noBroker = site.feeds()
                .slim()
                .filter(slim -> slim.broker().isEmpty() && site.externalBroker().isEmpty())
                .isPresent();
        if (noBroker) {
            faults.add("feeds.slim.url is needed: the broker to subscribe at (or mqtt.url)");
        }
        return faults;
    }
}
