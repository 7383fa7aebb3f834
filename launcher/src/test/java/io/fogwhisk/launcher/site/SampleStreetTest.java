package io.fogwhisk.launcher.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.launcher.ExternalTool;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One site, used as its users use it. */
class SampleStreetTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final HttpHost HTTP = new HttpHost();
    private static final ObjectMapper JSON = new ObjectMapper();

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
    void aReadingPublishedWithMosquittoBecomesItsThreePoints() throws Exception {
        TestSites.publish(
                site,
                "test",
                "{\"humidity\":41,\"temperature\":22.5,\"gas_perc\":7,\"device_fingerprint\":1234567,"
                        + "\"datacenter_id\":1}");

        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(values("humidity", 1_234_567)).containsExactly("41");
            assertThat(values("temperature", 1_234_567)).containsExactly("22.5");
            assertThat(values("gas_perc", 1_234_567)).containsExactly("7");
        });
    }

    @Test
    void aReadingWithATimestampIsStoredOnceHoweverOftenItIsSent() throws Exception {
        String reading =
                "{\"temperature\":20,\"device_fingerprint\":77,\"datacenter_id\":1," + "\"timestamp\":1700000000000}";
        TestSites.publish(site, "test", reading);
        TestSites.publish(site, "test", reading);
        TestSites.publish(
                site,
                "test",
                "{\"temperature\":21,\"device_fingerprint\":77,\"datacenter_id\":1,\"timestamp\":1700000000001}");

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(values("temperature", 77)).contains("21"));
        assertThat(values("temperature", 77)).containsExactly("20", "21");
    }

    @Test
    void aPayloadThatIsNoJsonIsSetAsideWithItsReasonAndTheStreamGoesOn() throws Exception {
        TestSites.publish(site, "test", "this is not JSON");
        TestSites.publish(site, "test", "{\"temperature\":19,\"device_fingerprint\":88,\"datacenter_id\":1}");

        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(values("temperature", 88)).containsExactly("19");
            JsonNode listed =
                    JSON.readTree(TestHttp.send("GET", site.addresses().dashboardUrl() + "/api/set-aside", "", "", "")
                            .body());
            assertThat(listed.toString()).contains("this is not JSON").contains("reason");
        });
    }

    @Test
    void aggregatesOfAWindowArriveAtTheCentre() throws Exception {
        TestSites.publish(
                site,
                "test",
                "{\"humidity\":40,\"device_fingerprint\":5,\"datacenter_id\":9,\"timestamp\":" + now() + "}");
        TestSites.publish(
                site,
                "test",
                "{\"humidity\":60,\"device_fingerprint\":6,\"datacenter_id\":9,\"timestamp\":" + now() + "}");

        await().atMost(LIMIT).untilAsserted(() -> {
            String csv = TestHttp.flux(
                    site.addresses().centralUrl(),
                    site.addresses().centralToken(),
                    "from(bucket: \"aggregates\") |> range(start: -1h) |> filter(fn: (r) => r._measurement =="
                            + " \"humidity\" and r.datacenter_id == \"9\")");
            assertThat(csv).contains("avg").contains("median").contains("count");
        });
    }

    @Test
    void aWrongKeyIsRefusedAndNothingElseChanges() throws Exception {
        String wrong = new AuthKey(AuthKey.GUEST.uuid(), "0".repeat(64)).basicHeader();

        var answer = TestHttp.send(
                "POST",
                site.addresses().apiHost() + "/api/v1/namespaces/_/triggers/feed_trigger",
                wrong,
                "application/json",
                "{}");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("The supplied authentication is invalid");
    }

    @Test
    void aTriggerFiredThroughTheEdgeDomainRunsTheSameRule() throws Exception {
        // The edge domain hears of a trigger a moment after its OpenWhisk has it.
        await().atMost(LIMIT).untilAsserted(() -> {
            var answer = TestHttp.send(
                    "POST",
                    site.addresses().wskproxyUrl() + "/api/v1/namespaces/_/triggers/feed_trigger",
                    AuthKey.GUEST.basicHeader(),
                    "application/json",
                    "{\"type\":\"message\",\"body\":\"{\\\"temperature\\\":18,\\\"device_fingerprint\\\":99,"
                            + "\\\"datacenter_id\\\":1}\"}");
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.body()).contains("activationId");
        });
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(values("temperature", 99)).containsExactly("18"));
    }

    @Test
    void theSampleIsDeclaredUnderItsPublishedNames() throws Exception {
        String rules = TestHttp.send(
                        "GET",
                        site.addresses().apiHost() + "/api/v1/namespaces/_/rules?limit=30&skip=0",
                        AuthKey.GUEST.basicHeader(),
                        "",
                        "")
                .body();
        var action = TestHttp.send(
                "GET",
                site.addresses().apiHost() + "/api/v1/namespaces/guest/actions/pipeline/addReadingToDb?code=false",
                AuthKey.GUEST.basicHeader(),
                "",
                "");

        assertThat(rules).contains("mqttRule").contains("aggregatesRule").contains("feed_trigger");
        assertThat(action.statusCode()).isEqualTo(200);
    }

    @Test
    void theNpmClientFiresATriggerOfItsOwn() throws Exception {
        Path modules = Path.of(System.getenv().getOrDefault("NODE_PATH", "")).resolve("openwhisk");
        if (!Files.isDirectory(modules)) {
            ExternalTool.absent("the npm package openwhisk is not on NODE_PATH (npm install openwhisk)");
        }
        String script = """
                const openwhisk = require('openwhisk');
                const whisk = openwhisk({apihost: '%s', api_key: '%s'});
                (async () => {
                  const packages = await whisk.packages.list();
                  await whisk.triggers.create({name: 'npmTrigger'});
                  await whisk.rules.create({name: 'npmRule', trigger: '/guest/npmTrigger',
                                            action: '/guest/pipeline/addReadingToDb'});
                  const body = JSON.stringify({temperature: 17, device_fingerprint: 111, datacenter_id: 1});
                  const fired = await whisk.triggers.invoke({name: 'npmTrigger', params: {type: 'message', body}});
                  await whisk.rules.delete({name: 'npmRule'});
                  await whisk.triggers.delete({name: 'npmTrigger'});
                  console.log(packages.map(each => each.name).join(), fired.activationId.length);
                })().catch(error => { console.error(error); process.exit(1); });
                """.formatted(site.addresses().apiHost(), AuthKey.GUEST.reveal());

        String printed = ExternalTool.run(List.of("node", "-e", script), "Node.js");

        assertThat(printed.trim()).isEqualTo("pipeline 32");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(values("temperature", 111)).containsExactly("17"));
    }

    @Test
    void theDashboardShowsTheSiteWithoutItsSecrets() throws Exception {
        String page = TestHttp.send("GET", site.addresses().dashboardUrl() + "/", "", "", "")
                .body();
        String status = TestHttp.send("GET", site.addresses().dashboardUrl() + "/api/status", "", "", "")
                .body();

        assertThat(page).contains("<title>FogWhisk</title>");
        assertThat(JSON.readTree(status).path("site").asText()).isEqualTo("dc-1");
        assertThat(page + status)
                .doesNotContain(site.addresses().embeddedToken())
                .doesNotContain(AuthKey.GUEST.secret());
    }

    private static Site site(Path data) {
        return new Site(TestSites.config(data, TestPorts.site()), HTTP, Clock.systemUTC());
    }

    /** The values of a device, oldest first, as the CSV prints them. */
    private static List<String> values(String measurement, long device) throws Exception {
        String csv = TestHttp.flux(
                site.addresses().localUrl(),
                site.addresses().localToken(),
                "from(bucket: \"measure\") |> range(start: 2000-01-01T00:00:00Z) |> filter(fn: (r) => r._measurement"
                        + " == \"" + measurement + "\" and r._field == \"value\" and r.datacenter_id == \"1\" and"
                        + " r.device_fingerprint == \"" + device + "\") |> keep(columns: [\"_value\"])");
        return csv.lines()
                .filter(line -> line.startsWith(",_result,"))
                .map(line -> line.substring(line.lastIndexOf(',') + 1))
                .toList();
    }

    private static long now() {
        return System.currentTimeMillis();
    }
}
