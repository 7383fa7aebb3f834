package io.fogwhisk.launcher.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.launcher.ExternalTool;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A site with a feed that its configuration declares, which fires straight at its OpenWhisk; and what users add. */
class SlimFeedsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final HttpHost HTTP = new HttpHost();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Ports PORTS = TestPorts.site();

    @TempDir
    private static Path folder;

    private static Site site = site(Path.of(""));

    @BeforeAll
    static void start() {
        HTTP.start();
        site = site(folder.resolve("dc-1"));
        site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
        HTTP.close();
    }

    @Test
    void theTopicsOfTheConfigurationFireTheTriggerOfTheSample() throws Exception {
        awaitConnected(site.addresses().feedsUrl(), "/guest/feed_trigger");

        TestSites.publish(site, "slim/a", reading(1));

        awaitReading(1);
        JsonNode trigger = send("GET", "triggers/feed_trigger", "");
        assertThat(trigger.toString()).contains("\"declared\":true").contains("\"fired\":1");
    }

    @Test
    void aProviderOfItsOwnNeedsNothingButItsEnvironment() throws Exception {
        // Given
        int port = TestPorts.free();
        Map<String, String> environment = new HashMap<>();
        environment.put("FOGWHISK_SITE_ID", "far");
        environment.put("FOGWHISK_SITE_DATA", folder.resolve("far").toString());
        environment.put("FOGWHISK_FEEDS_PORT", String.valueOf(port));
        environment.put("FOGWHISK_FEEDS_SLIM_TOPICS", "far");
        environment.put("FOGWHISK_FEEDS_SLIM_TRIGGER", "/guest/far");
        environment.put("FOGWHISK_FEEDS_SLIM_AUTH", AuthKey.GUEST.reveal());
        environment.put(
                "FOGWHISK_FEEDS_SLIM_URL", site.addresses().broker().reveal().replace("mqtt:", "http:"));
        SiteConfig config = ConfigFile.parse(
                "x",
                "",
                environment,
                root -> SiteConfig.read(root, Optional.of(site.addresses().apiHost())));
        send("PUT", "triggers/far", "{}");
        send("PUT", "rules/farRule", "{\"trigger\":\"/_/far\",\"action\":\"/_/pipeline/addReadingToDb\"}");

        // When
        try (Service provider = RemoteFeeds.alone(config, HTTP, Clock.systemUTC())) {
            provider.start();
            String url = "http://127.0.0.1:" + port;
            awaitConnected(url, "/guest/far");
            TestSites.publish(site, "far", reading(2));

            // Then
            awaitReading(2);
            assertThat(get(url + "/health").path("status").asText()).isEqualTo("ok");
            assertThat(TestHttp.send("GET", url + "/metrics", "", "", "").body())
                    .contains("fogwhisk_feed_fired_total{site=\"far\"} 1.0");
        }
    }

    @Test
    void aFeedActionInJavaScriptLeadsAFeedThroughItsLife() throws Exception {
        // Given
        String code = Files.readString(ExternalTool.projectRoot().resolve("samples/mqtt-feed.js"));
        ObjectNode action = JSON.createObjectNode();
        action.putObject("exec").put("kind", "nodejs:default").put("code", code);
        action.putArray("parameters")
                .addObject()
                .put("key", "provider_endpoint")
                .put("value", site.addresses().feedsUrl() + "/mqtt");
        send("PUT", "packages/mine", "{}");
        send("PUT", "actions/mine/mqtt_feed", action.toString());
        send("PUT", "triggers/own", "{\"annotations\":[{\"key\":\"feed\",\"value\":\"/guest/mine/mqtt_feed\"}]}");
        send("PUT", "rules/ownRule", "{\"trigger\":\"/_/own\",\"action\":\"/_/pipeline/addReadingToDb\"}");

        // When
        JsonNode created = feed(
                "CREATE",
                "\"topic\":\"own\",\"url\":\"" + site.addresses().broker().reveal() + "\"");

        // Then
        assertThat(created.at("/status/state").asText()).as(created.toString()).isEqualTo("connected");
        TestSites.publish(site, "own", reading(3));
        awaitReading(3);
        assertThat(feed("PAUSE", "\"x\":1").at("/status/state").asText()).isEqualTo("paused");
        assertThat(feed("UNPAUSE", "\"x\":1").at("/status/active").asBoolean()).isTrue();
        assertThat(feed("UPDATE", "\"qos\":2").at("/config/qos").asInt()).isEqualTo(2);
        assertThat(feed("READ", "\"x\":1").at("/config/topic").asText()).isEqualTo("own");
        assertThat(feed("UPDATE", "\"qos\":3").toString()).contains("qos must be 0, 1 or 2");
        assertThat(feed("DELETE", "\"x\":1").path("deleted").asText()).isEqualTo("/guest/own");
        assertThat(TestHttp.send("GET", site.addresses().feedsUrl() + "/mqtt/guest/own", "", "", "")
                        .statusCode())
                .isEqualTo(404);
    }

    private static Site site(Path data) {
        SiteConfig base = TestSites.config(data, PORTS);
        Map<String, String> environment =
                Map.of("FOGWHISK_FEEDS_SLIM_TOPICS", "slim/#", "FOGWHISK_OPENWHISK_THROUGH", "direct");
        SiteConfig slim = ConfigFile.parse("x", "", environment, SiteConfig::read);
        return new Site(
                new SiteConfig(
                        base.id(),
                        false,
                        base.roles(),
                        data,
                        base.host(),
                        base.ports(),
                        base.externalBroker(),
                        slim.openwhisk(),
                        base.influx(),
                        base.local(),
                        base.centre(),
                        base.policy(),
                        base.limits(),
                        slim.feeds(),
                        base.catalog(),
                        base.parameters(),
                        base.sample()),
                HTTP,
                Clock.systemUTC());
    }

    private static String reading(int device) {
        return "{\"temperature\":22.5,\"device_fingerprint\":" + device + ",\"datacenter_id\":1}";
    }

    private static void awaitConnected(String provider, String trigger) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(get(provider + "/feeds")).anySatisfy(feed -> {
                    assertThat(feed.path("trigger").asText()).isEqualTo(trigger);
                    assertThat(feed.path("state").asText()).isEqualTo("connected");
                }));
    }

    private static void awaitReading(int device) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(TestHttp.flux(
                                site.addresses().localUrl(),
                                site.addresses().localToken(),
                                "from(bucket: \"measure\") |> range(start: -1h) |> filter(fn: (r) => r.device_fingerprint == \""
                                        + device + "\")"))
                        .contains("22.5"));
    }

    private static JsonNode feed(String event, String fields) throws IOException, InterruptedException {
        HttpResponse<String> answer = TestHttp.send(
                "POST",
                site.addresses().apiHost() + "/api/v1/namespaces/_/actions/mine/mqtt_feed?blocking=true&result=true",
                AuthKey.GUEST.basicHeader(),
                "application/json",
                "{\"lifecycleEvent\":\"" + event + "\",\"triggerName\":\"/guest/own\",\"authKey\":\""
                        + AuthKey.GUEST.reveal() + "\"," + fields + "}");
        return JSON.readTree(answer.body());
    }

    private static JsonNode get(String url) throws IOException, InterruptedException {
        return JSON.readTree(TestHttp.send("GET", url, "", "", "").body());
    }

    private static JsonNode send(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = TestHttp.send(
                method,
                site.addresses().apiHost() + "/api/v1/namespaces/_/" + path,
                AuthKey.GUEST.basicHeader(),
                "application/json",
                body);
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
