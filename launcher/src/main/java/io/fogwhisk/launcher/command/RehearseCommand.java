package io.fogwhisk.launcher.command;

import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.LauncherException;
import io.fogwhisk.launcher.demo.Ledger;
import io.fogwhisk.launcher.demo.Sensors;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.launcher.site.SitePoster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Runs a site in a temporary folder on free ports until a reading came through the street, and ends. The start script
 * lets the JVM watch which classes that takes, and keeps them in an archive for every later start.
 */
@Command(
        name = "rehearse",
        description = "Runs a site for a moment, in a temporary folder on free ports, until one reading is stored.",
        hidden = true,
        mixinStandardHelpOptions = true)
public final class RehearseCommand implements Callable<Integer> {

    private static final List<String> PORTS = List.of(
            "FOGWHISK_MQTT_PORT",
            "FOGWHISK_OPENWHISK_PORT",
            "FOGWHISK_INFLUX_PORT",
            "FOGWHISK_FEEDS_PORT",
            "FOGWHISK_WSKPROXY_PORT",
            "FOGWHISK_EDGE_CONTROLLER_PORT",
            "FOGWHISK_EDGE_ROUTER_PORT",
            "FOGWHISK_EDGE_TABLE_PORT",
            "FOGWHISK_EDGE_COMPUTER_PORT",
            "FOGWHISK_DASHBOARD_PORT");
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final double READINGS_PER_SECOND = 50;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("fogwhisk-rehearsal-");
        try (ServiceGroup services = new ServiceGroup("rehearsal")) {
            SiteConfig config = ConfigFile.parse("rehearsal", "", environment(folder), SiteConfig::read);
            HttpHost http = services.start(new HttpHost());
            Site site = services.start(new Site(config, http, Clock.systemUTC()));
            SitePoster.lines(site, "");
            services.start(sensor(config));
            askUntilStored(site);
        } finally {
            delete(folder);
        }
        spec.commandLine().getOut().println("rehearsed");
        return 0;
    }

    /** A site of its own, whatever the user configured. */
    private static Map<String, String> environment(Path folder) throws IOException {
        Map<String, String> environment = new TreeMap<>();
        environment.put("FOGWHISK_SITE_DATA", folder.toString());
        try (ServiceGroup sockets = new ServiceGroup("ports")) {
            // All are held until the last is found, so that no port is given twice.
            for (String key : PORTS) {
                ServerSocket socket = sockets.own(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                environment.put(key, Integer.toString(socket.getLocalPort()));
            }
        }
        return environment;
    }

    private static Sensors sensor(SiteConfig config) {
        String topic = config.sample().map(SiteConfig.Sample::topic).orElseThrow();
        return new Sensors(
                new Sensors.Plan(config.id(), 1, config.host(), config.ports().mqtt(), topic, 1, READINGS_PER_SECOND),
                new Ledger());
    }

    /** Uses the site as a dashboard in front of its InfluxDB does, and its own. */
    private static void askUntilStored(Site site) throws IOException, InterruptedException {
        var addresses = site.addresses();
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest query = request(addresses.localUrl() + "/api/v2/query?org="
                        + site.config().influxOrg())
                .header("Authorization", "Token " + addresses.localToken())
                .header("Content-Type", "application/vnd.flux")
                .POST(HttpRequest.BodyPublishers.ofString("from(bucket: \""
                        + site.config().local().bucket()
                        + "\") |> range(start: -1h) |> filter(fn: (r) => r._measurement == \"temperature\")"))
                .build();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!client.send(query, BodyHandlers.ofString()).body().contains("temperature")) {
            if (System.nanoTime() > end) {
                throw new LauncherException("no reading was stored within " + LIMIT.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        for (String page : List.of("/", "/api/status", "/api/set-aside")) {
            client.send(request(addresses.dashboardUrl() + page).build(), BodyHandlers.discarding());
        }
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
