package io.fogwhisk.launcher.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.launcher.demo.FluxClient;
import io.fogwhisk.launcher.demo.Ledger;
import io.fogwhisk.launcher.demo.SensorReading;
import io.fogwhisk.launcher.demo.Sensors;
import io.fogwhisk.launcher.demo.StoredPoints;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.launcher.site.SiteConfig;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One site whose parts run apart, each with a data folder of its own, and find each other by their addresses. */
class SplitSiteTest {

    private static final int DATACENTER = 1;
    private static final int PER_SECOND = 50;
    private static final String TOKEN = "the-operators-token";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Ports ports = TestPorts.site();
    private final Ledger ledger = new Ledger();
    private final ServiceGroup services = new ServiceGroup("test");

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void aReadingGoesFromTheBrokerOfOneToTheDatabaseOfAnother() throws Exception {
        // Given
        int broker = start("broker", Map.of()).dashboard();
        int influx = start("influx", Map.of()).dashboard();
        int whisk = start("openwhisk,feeds", addresses()).dashboard();
        assertThat(checks(broker)).containsExactly("disk", "mqtt", "process");
        assertThat(checks(influx)).containsExactly("disk", "influx", "process");
        assertThat(checks(whisk)).containsExactly("disk", "openwhisk", "outbox", "process");
        assertThat(page(broker, "/")).isEqualTo(404);
        assertThat(page(whisk, "/")).isEqualTo(200);
        assertThat(page(influx, "/metrics")).isEqualTo(200);

        // When
        Sensors sensors = services.start(sensors());
        await().atMost(LIMIT).until(() -> ledger.acknowledgedCount() > 2 * PER_SECOND);
        sensors.stopPublishing();

        // Then
        awaitStored();
    }

    @Test
    void theFeedsOfOneFireAtTheOpenWhiskOfAnotherThroughTheInbox() throws Exception {
        // Given
        start("broker,influx", Map.of());
        Map<String, String> openwhisk = new HashMap<>(addresses());
        openwhisk.put("FOGWHISK_FEEDS_URL", "http://127.0.0.1:" + ports.feeds());
        start("openwhisk", openwhisk);
        Map<String, String> feeds = new HashMap<>(addresses());
        feeds.put("FOGWHISK_OPENWHISK_API_HOST", "http://127.0.0.1:" + ports.openwhisk());
        Site provider = start("feeds", feeds).site();

        // When: a user makes a trigger of the feed package, which calls the provider
        whisk("PUT", "/triggers/readings", "{}");
        whisk("PUT", "/rules/echo", "{'trigger':'/guest/readings','action':'/whisk.system/utils/echo'}");
        TestHttp.send(
                "POST",
                "http://127.0.0.1:" + ports.openwhisk()
                        + "/api/v1/namespaces/whisk.system/actions/mqtt/mqtt_feed?blocking=true",
                AuthKey.GUEST.basicHeader(),
                "application/json",
                """
                {"lifecycleEvent": "CREATE", "triggerName": "/guest/readings", "authKey": "%s", "topic": "test",
                 "url": "mqtt://127.0.0.1:%d"}
                """.formatted(AuthKey.GUEST.reveal(), ports.mqtt()));
        await().atMost(LIMIT)
                .until(() -> TestHttp.send("GET", "http://127.0.0.1:" + ports.feeds() + "/health", "", "", "")
                        .body()
                        .contains("\"connected\":1"));
        TestSites.publish(provider, "test", "hello");

        // Then
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(whisk("GET", "/activations?docs=true", "")).contains("\"body\":\"hello\""));
    }

    @Test
    void anEdgeDomainBetweenThatIsKilledAndComesBackLosesNothing() throws Exception {
        // Given
        start("broker", Map.of());
        start("influx", Map.of());
        RoleChild controller = controller();
        RoleChild router = router();
        Map<String, String> environment = new HashMap<>(addresses());
        environment.put("FOGWHISK_EDGE_ROUTER", "127.0.0.1:" + ports.router());
        Site site = start("openwhisk,feeds", environment).site();
        Sensors sensors = services.start(sensors());
        await().atMost(LIMIT).until(() -> ledger.acknowledgedCount() > PER_SECOND);
        assertThat(site.metrics().value(Meter.FEED_FIRED)).isZero();

        // When
        RoleChild computer = computer();
        awaitFired(site);
        router.kill();
        awaitPublished();
        router();
        awaitFired(site);
        computer.kill();
        awaitPublished();
        computer();
        awaitFired(site);
        controller.kill();
        controller();
        awaitFired(site);
        sensors.stopPublishing();

        // Then
        awaitStored();
    }

    /** Asks the site's OpenWhisk as the namespace guest. */
    private String whisk(String method, String path, String body) throws IOException, InterruptedException {
        var answer = TestHttp.send(
                method,
                "http://127.0.0.1:" + ports.openwhisk() + "/api/v1/namespaces/_" + path,
                AuthKey.GUEST.basicHeader(),
                "application/json",
                body.replace('\'', '"'));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private Map<String, String> addresses() {
        String influx = "http://127.0.0.1:" + ports.influx();
        return Map.of(
                "FOGWHISK_MQTT_URL", "mqtt://127.0.0.1:" + ports.mqtt(),
                "FOGWHISK_INFLUX_LOCAL_URL", influx,
                "FOGWHISK_INFLUX_LOCAL_TOKEN", TOKEN,
                "FOGWHISK_INFLUX_CENTRAL_URL", influx,
                "FOGWHISK_INFLUX_CENTRAL_TOKEN", TOKEN);
    }

    /** A part of the site, and the port of its own dashboard. */
    private record Part(Site site, int dashboard) {}

    private Part start(String roles, Map<String, String> more) {
        int dashboard = TestPorts.free();
        Map<String, String> environment = new HashMap<>(more);
        environment.put("FOGWHISK_SITE_ROLES", roles);
        environment.put("FOGWHISK_DASHBOARD_PORT", String.valueOf(dashboard));
        environment.put("FOGWHISK_INFLUX_TOKEN", TOKEN);
        SiteConfig config =
                ConfigFile.parse("x", TestSites.yaml(folder.resolve(roles), ports), environment, SiteConfig::read);
        HttpHost http = services.start(new HttpHost());
        return new Part(services.start(new Site(config, http, Clock.systemUTC())), dashboard);
    }

    private RoleChild controller() {
        return child("edge-controller", "--server-endpoint", "127.0.0.1:" + ports.controller(), "--lease", "2");
    }

    private RoleChild router() {
        return child(
                "edge-router",
                "--server-endpoint",
                "127.0.0.1:" + ports.router(),
                "--configuration-endpoint",
                "127.0.0.1:" + ports.routerTable(),
                "--controller-endpoint",
                "127.0.0.1:" + ports.controller());
    }

    private RoleChild computer() {
        return child(
                "edgecomputerwsk",
                "--server-endpoint",
                "127.0.0.1:" + ports.computer(),
                "--controller-endpoint",
                "127.0.0.1:" + ports.controller(),
                "--wsk-api-root",
                "http://127.0.0.1:" + ports.openwhisk(),
                "--wsk-auth",
                Base64.getEncoder().encodeToString(AuthKey.GUEST.reveal().getBytes(StandardCharsets.UTF_8)));
    }

    private RoleChild child(String role, String... arguments) {
        RoleChild child = services.own(RoleChild.start(folder, List.of(), role, arguments));
        child.endpoints();
        return child;
    }

    private Sensors sensors() {
        return new Sensors(
                new Sensors.Plan("split", DATACENTER, "127.0.0.1", ports.mqtt(), "test", 5, PER_SECOND), ledger);
    }

    private void awaitPublished() {
        long enough = ledger.acknowledgedCount() + PER_SECOND;
        await().atMost(LIMIT).until(() -> ledger.acknowledgedCount() > enough);
    }

    private void awaitFired(Site site) {
        long enough = site.metrics().value(Meter.FEED_FIRED) + PER_SECOND;
        await().atMost(LIMIT).until(() -> site.metrics().value(Meter.FEED_FIRED) > enough);
    }

    private void awaitStored() {
        await().atMost(LIMIT).until(() -> ledger.outstanding() == 0);
        List<SensorReading> acknowledged = ledger.acknowledgedReadings();
        try (FluxClient database =
                new FluxClient("http://127.0.0.1:" + ports.influx(), "influxdata", TOKEN, "measure")) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(
                                    StoredPoints.read(database, DATACENTER).found(acknowledged))
                            .isEqualTo(acknowledged.size()));
        }
    }

    /** The names of the checks of a process that is ready. */
    private static Set<String> checks(int dashboard) throws IOException, InterruptedException {
        var ready = TestHttp.send("GET", "http://127.0.0.1:" + dashboard + "/ready", "", "", "");
        assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
        Set<String> names = new TreeSet<>();
        new ObjectMapper().readTree(ready.body()).path("checks").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static int page(int dashboard, String path) throws IOException, InterruptedException {
        return TestHttp.send("GET", "http://127.0.0.1:" + dashboard + path, "", "", "")
                .statusCode();
    }
}
