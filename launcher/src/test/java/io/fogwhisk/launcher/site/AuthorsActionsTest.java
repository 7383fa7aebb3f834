package io.fogwhisk.launcher.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.launcher.ExternalTool;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Actions as the people who run data centres write them for Apache OpenWhisk, unmodified. */
class AuthorsActionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PACKAGE_JSON = "{\"name\":\"action\",\"version\":\"1.0.0\",\"main\":\"index.js\"}";

    /** Writes each number of a reading to an InfluxDB; answers nothing and promises nothing. */
    private static final String ADD_READING_TO_DB = """
            var request = require('request');
            function main(args) {
              var reading = JSON.parse(args.body);
              Object.keys(reading).forEach(function (key) {
                if (key === 'device_fingerprint' || key === 'datacenter_id') { return; }
                request({
                  method: 'POST',
                  url: args.influx_url + '/api/v2/write?org=' + args.influx_org + '&bucket=' + args.influx_bucket,
                  headers: {Authorization: 'Token ' + args.influx_token},
                  body: key + ',datacenter_id=' + reading.datacenter_id
                    + ',device_fingerprint=' + reading.device_fingerprint + ' value=' + reading[key]
                }, function (error, response, body) {
                  console.log(error ? 'failed: ' + error : 'written: ' + response.statusCode);
                });
              });
            }
            exports.main = main;
            """;

    /** A feed action: hands the life cycle of a trigger's feed to the provider. */
    private static final String FEED = """
            const request = require('request');
            function main(params) {
              if (params.lifecycleEvent !== 'CREATE') { return {done: true}; }
              const [username, password] = params.authKey.split(':');
              return new Promise((resolve, reject) => {
                request({
                  method: 'POST',
                  url: params.provider_endpoint,
                  json: {trigger: '/guest/' + params.triggerName.split('/')[2], url: params.url, topic: params.topic,
                         username, password}
                }, (error, response, body) => {
                  if (error || response.statusCode >= 300) {
                    reject({error: 'provider said ' + (error || response.statusCode + ' ' + JSON.stringify(body))});
                  } else {
                    resolve({done: true});
                  }
                });
              });
            }
            exports.main = main;
            """;

    @TempDir
    private Path folder;

    @Test
    void aFeedActionAndACallbackStyleActionInJavaScriptCarryAReadingToTheDatabase() throws Exception {
        Path modules = Path.of(System.getenv().getOrDefault("NODE_PATH", ""));
        if (!Files.isDirectory(modules.resolve("request"))) {
            ExternalTool.absent("the npm package request is not on NODE_PATH (npm install request)");
        }
        try (HttpHost http = new HttpHost();
                Site site =
                        new Site(TestSites.config(folder, TestPorts.site()).withoutSample(), http, Clock.systemUTC())) {
            http.start();
            site.start();
            // Given
            SiteAddresses at = site.addresses();
            put(site, "actions/addReadingToDb", action(zip(ADD_READING_TO_DB, modules), """
                    [{"key":"influx_url","value":"%s"},{"key":"influx_token","value":"%s"},
                     {"key":"influx_org","value":"influxdata"},{"key":"influx_bucket","value":"measure"}]
                    """.formatted(
                            at.localUrl(), at.localToken())));
            put(site, "packages/mqtt", JSON.createObjectNode());
            put(site, "actions/mqtt/mqtt_feed", action(zip(FEED, modules), """
                    [{"key":"provider_endpoint","value":"%s/mqtt"}]
                    """.formatted(at.feedsUrl())));
            put(site, "triggers/feed_trigger", JSON.createObjectNode());
            put(
                    site,
                    "rules/mqttRule",
                    JSON.createObjectNode().put("trigger", "/_/feed_trigger").put("action", "/_/addReadingToDb"));
            // When
            JsonNode created = send(
                    site,
                    "POST",
                    "actions/mqtt/mqtt_feed?blocking=true&result=true",
                    JSON.createObjectNode()
                            .put("lifecycleEvent", "CREATE")
                            .put("triggerName", "/_/feed_trigger")
                            .put("authKey", AuthKey.GUEST.reveal())
                            .put(
                                    "url",
                                    "http://" + site.config().host() + ":"
                                            + site.config().ports().mqtt())
                            .put("topic", "authors"));
            assertThat(created.toString()).isEqualTo("{\"done\":true}");
            await().atMost(LIMIT).until(() -> {
                JsonNode health = JSON.readTree(TestHttp.send("GET", at.feedsUrl() + "/health", "", "", "")
                        .body());
                return health.path("connections").path(0).path("connected").asBoolean();
            });
            TestSites.publish(
                    site,
                    "authors",
                    "{\"humidity\":41,\"temperature\":22.5,\"device_fingerprint\":7,\"datacenter_id\":1}");
            // Then
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(TestHttp.flux(
                                    at.localUrl(),
                                    at.localToken(),
                                    "from(bucket: \"measure\") |> range(start: -1h) |> filter(fn: (r) => r.device_fingerprint"
                                            + " == \"7\")"))
                            .contains("humidity")
                            .contains("22.5"));
        }
    }

    private static void put(Site site, String path, JsonNode body) throws IOException, InterruptedException {
        send(site, "PUT", path, body);
    }

    private static JsonNode send(Site site, String method, String path, JsonNode body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = TestHttp.send(
                method,
                site.addresses().apiHost() + "/api/v1/namespaces/_/" + path,
                AuthKey.GUEST.basicHeader(),
                "application/json",
                body.toString());
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static ObjectNode action(byte[] zip, String parameters) throws IOException {
        ObjectNode action = JSON.createObjectNode();
        action.putObject("exec")
                .put("kind", "nodejs:default")
                .put("code", Base64.getEncoder().encodeToString(zip));
        action.set("parameters", JSON.readTree(parameters));
        return action;
    }

    /** As {@code zip -r action.zip index.js package.json node_modules} makes it. */
    private static byte[] zip(String code, Path modules) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8);
                Stream<Path> files = Files.walk(modules)) {
            entry(zip, "package.json", PACKAGE_JSON.getBytes(StandardCharsets.UTF_8));
            entry(zip, "index.js", code.getBytes(StandardCharsets.UTF_8));
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                String name = modules.relativize(file).toString();
                if (!name.startsWith(".") && !Files.isSymbolicLink(file)) {
                    entry(zip, "node_modules/" + name, Files.readAllBytes(file));
                }
            }
        }
        return bytes.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }
}
