package io.fogwhisk.launcher;

import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SiteConfig.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Sites for tests: everything as an empty configuration has it, on free ports. */
public final class TestSites {

    private TestSites() {}

    /** A site with the sample pipeline, and windows short enough to wait for. */
    public static SiteConfig config(Path data, Ports ports) {
        SiteConfig defaults = SiteConfig.defaults();
        return new SiteConfig(
                defaults.id(),
                false,
                defaults.roles(),
                data,
                defaults.host(),
                ports,
                defaults.externalBroker(),
                defaults.openwhisk(),
                defaults.influx(),
                defaults.local(),
                defaults.centre(),
                defaults.policy(),
                defaults.limits(),
                defaults.feeds(),
                defaults.catalog(),
                defaults.parameters(),
                Optional.of(new Sample("test", "1s", "10s", "* * * * * *")));
    }

    /** The same as a file's text, for a site in a process of its own. */
    public static String yaml(Path data, Ports ports) {
        return """
                site: {data: "%s"}
                mqtt: {port: %d}
                openwhisk: {port: %d}
                influx: {port: %d}
                feeds: {port: %d}
                wskproxy: {port: %d}
                edge: {controller-port: %d, router-port: %d, table-port: %d, computer-port: %d}
                dashboard: {port: %d}
                catalog: {port: %d}
                """.formatted(
                        data,
                        ports.mqtt(),
                        ports.openwhisk(),
                        ports.influx(),
                        ports.feeds(),
                        ports.wskproxy(),
                        ports.controller(),
                        ports.router(),
                        ports.routerTable(),
                        ports.computer(),
                        ports.dashboard(),
                        ports.catalog());
    }

    /** Publishes a message at a site's broker, at least once, as a user does. */
    public static void publish(Site site, String topic, String payload) throws IOException, InterruptedException {
        publish(site.config(), topic, payload);
    }

    /** The same at the broker on a site's port. */
    public static void publish(SiteConfig config, String topic, String payload)
            throws IOException, InterruptedException {
        ExternalTool.run(
                List.of(
                        "mosquitto_pub",
                        "-h",
                        config.host(),
                        "-p",
                        String.valueOf(config.ports().mqtt()),
                        "-t",
                        topic,
                        "-q",
                        "1",
                        "-m",
                        payload),
                "Debian's package mosquitto-clients");
    }
}
