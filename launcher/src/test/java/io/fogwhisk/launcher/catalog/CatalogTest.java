package io.fogwhisk.launcher.catalog;

import static io.fogwhisk.launcher.catalog.CatalogSites.CENTRE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.wsk.model.AuthKey;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Declared at the centre, run at the sites. */
final class CatalogTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String SAMPLE =
            "sample: {install: true, topic: test, window: 1s, lateness: 10s," + " cron: '* * * * * *'}\n";
    private static final String ECHO =
            "{\"exec\":{\"kind\":\"nodejs:20\",\"code\":\"function main(params) { return params; }\"}}";

    @TempDir
    private Path folder;

    private CatalogSites sites = new CatalogSites(Path.of(""));

    @BeforeEach
    void make() {
        sites = new CatalogSites(folder);
    }

    @AfterEach
    void stop() {
        sites.close();
    }

    @Test
    void theSampleDeclaredAtTheCentreStoresAndAggregatesASitesReadingsAlsoWithoutTheCentre() throws Exception {
        sites.startCentre(SAMPLE);
        sites.startSite("dc-1", "");
        awaitEqual("dc-1", AuthKey.GUEST);
        awaitStored(1);

        sites.stop("dc-1");
        sites.stop(CENTRE);
        // It says itself that it installs the sample, and starts all the same: the namespace is the catalogue's by now.
        sites.startSite("dc-1", SAMPLE);

        awaitStored(2);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(flux("from(bucket: \"aggregates\") |> range(start: -1h)"))
                        .contains("avg"));
    }

    @Test
    void whatIsDeclaredChangedAndDeletedAtTheCentreIsSoAtTheSiteAndCannotBeChangedThere() throws Exception {
        sites.startCentre("");
        sites.startSite("dc-1", "");
        put(CENTRE, "actions/echo", ECHO);
        put(CENTRE, "packages/hall", "{\"parameters\":[{\"key\":\"where\",\"value\":\"${site.id}\"}]}");
        put(CENTRE, "actions/hall/echo", ECHO);
        put(CENTRE, "triggers/tick", "{}");
        put(CENTRE, "rules/tock", "{\"trigger\":\"/_/tick\",\"action\":\"/_/hall/echo\"}");
        awaitEqual("dc-1", AuthKey.GUEST);

        HttpResponse<String> result =
                sites.send("dc-1", AuthKey.GUEST, "POST", "_/actions/hall/echo?blocking=true&result=true", "{\"x\":1}");
        assertThat(result.body()).contains("\"where\":\"dc-1\"").contains("\"x\":1");
        HttpResponse<String> refused = sites.send("dc-1", AuthKey.GUEST, "PUT", "_/actions/echo?overwrite=true", ECHO);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("catalogue of http://127.0.0.1:" + sites.port(CENTRE).catalog());
        assertThat(sites.command("explain", "parameters", "/guest/hall/echo", "--config", sites.config("dc-1")))
                .containsPattern("where +\"dc-1\" +package /guest/hall");

        put(CENTRE, "actions/echo?overwrite=true", ECHO.replace("return params", "return {v: 2}"));
        sites.send(CENTRE, AuthKey.GUEST, "DELETE", "_/rules/tock", "");
        sites.send(CENTRE, AuthKey.GUEST, "DELETE", "_/triggers/tick", "");
        awaitEqual("dc-1", AuthKey.GUEST);
        assertThat(sites.ask("dc-1", AuthKey.GUEST, "_/actions/echo").toString())
                .contains("{v: 2}");
        assertThat(sites.ask("dc-1", AuthKey.GUEST, "_/triggers")).isEmpty();
    }

    @Test
    void keysTravelAndEndAndWhatIsLocalLivesBeside() throws Exception {
        sites.startCentre("");
        sites.startSite("dc-1", "");
        AuthKey local = key(sites.command("namespace", "create", "local", "--config", sites.config("dc-1")));
        AuthKey hall = key(sites.command("namespace", "create", "hall", "--config", sites.config(CENTRE)));
        awaitStatus("dc-1", hall, 200);
        awaitStatus("dc-1", local, 200);
        assertThat(sites.send("dc-1", local, "PUT", "_/actions/mine?overwrite=true", ECHO)
                        .statusCode())
                .isEqualTo(200);
        assertThat(status(CENTRE, local)).isEqualTo(401);

        AuthKey rotated = key(sites.command("namespace", "rotate", "hall", "--config", sites.config(CENTRE)));
        awaitStatus("dc-1", rotated, 200);
        // Or 429: who shows wrong keys for long is told to wait.
        assertThat(status("dc-1", hall)).isIn(401, 429);

        sites.command("namespace", "delete", "hall", "--config", sites.config(CENTRE));
        awaitStatus("dc-1", rotated, 401, 429);
        assertThat(sites.send("dc-1", local, "GET", "_/actions/mine", "").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aFeedOfTheCentreRunsAtTheSiteWithItsValuesAndEndsWithItsTrigger() throws Exception {
        sites.startCentre("");
        sites.startSite("dc-1", "parameters: {feeds: {/guest/hall: {topic: hall/dc-1}}}\n");
        put(CENTRE, "actions/echo", ECHO);
        put(CENTRE, "triggers/hall", "{}");
        put(CENTRE, "rules/tock", "{\"trigger\":\"/_/hall\",\"action\":\"/_/echo\"}");
        HttpResponse<String> feed = sites.send(
                CENTRE,
                AuthKey.GUEST,
                "POST",
                "whisk.system/actions/mqtt/mqtt_feed?blocking=true&result=true",
                "{\"lifecycleEvent\":\"CREATE\",\"triggerName\":\"/guest/hall\",\"authKey\":\"" + AuthKey.GUEST.reveal()
                        + "\",\"url\":\"${site.mqtt.url}\",\"topic\":\"hall/all\"}");
        assertThat(feed.statusCode()).as(feed.body()).isEqualTo(200);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(feeds("dc-1").toString())
                        .contains("/guest/hall")
                        .contains("hall/dc-1")
                        .contains("connected"));

        TestSites.publish(sites.site("dc-1"), "hall/dc-1", "seven");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(sites.ask("dc-1", AuthKey.GUEST, "_/activations?docs=true")
                                .toString())
                        .contains("seven"));

        sites.send(CENTRE, AuthKey.GUEST, "DELETE", "_/triggers/hall", "");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(feeds("dc-1").toString()).doesNotContain("/guest/hall"));
    }

    @Test
    void theCentreKnowsWhichSiteHasWhatAndWhatItRefused() throws Exception {
        sites.startCentre("openwhisk: {port: " + sites.port(CENTRE).openwhisk()
                + ", runtimes: {executables: {'sh:1': [/bin/sh]}}}\n");
        sites.startSite("dc-1", "");
        put(CENTRE, "actions/shell", "{\"exec\":{\"kind\":\"sh:1\",\"code\":\"true\"}}");
        put(CENTRE, "actions/echo", ECHO);
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(sites.ask("dc-1", AuthKey.GUEST, "_/actions/echo").isMissingNode())
                    .isFalse();
            assertThat(sites.command("sites", "list", "--config", sites.config(CENTRE)))
                    .containsPattern("dc-1 +\\d+")
                    .contains("guest/shell")
                    .contains("sh:1");
        });
        assertThat(sites.ask("dc-1", AuthKey.GUEST, "_/actions/shell").isMissingNode())
                .isTrue();

        sites.command("sites", "revoke", "dc-1", "--config", sites.config(CENTRE));
        put(CENTRE, "actions/later", ECHO);
        assertThat(sites.command("sites", "list", "--config", sites.config(CENTRE)))
                .contains("revoked");
    }

    private void awaitEqual(String id, AuthKey key) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(CatalogContents.entities(sites.port(id), key))
                        .isNotEmpty()
                        .isEqualTo(CatalogContents.entities(sites.port(CENTRE), key)));
    }

    private void awaitStatus(String id, AuthKey key, Integer... wanted) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(status(id, key)).isIn((Object[]) wanted));
    }

    private int status(String id, AuthKey key) throws Exception {
        return sites.send(id, key, "GET", "_/actions", "").statusCode();
    }

    /** Published until it is stored: a feed that has just come is not subscribed yet. */
    private void awaitStored(int device) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            TestSites.publish(
                    sites.site("dc-1"),
                    "test",
                    "{\"temperature\":20,\"device_fingerprint\":" + device + ",\"datacenter_id\":1}");
            assertThat(flux("from(bucket: \"measure\") |> range(start: -1h) |> filter(fn: (r) =>"
                            + " r.device_fingerprint == \"" + device + "\")"))
                    .contains("temperature");
        });
    }

    private String flux(String query) throws Exception {
        return TestHttp.flux(
                sites.site("dc-1").addresses().localUrl(),
                sites.site("dc-1").addresses().localToken(),
                query);
    }

    private JsonNode feeds(String id) throws Exception {
        return CatalogSites.JSON.readTree(
                TestHttp.send("GET", sites.site(id).addresses().feedsUrl() + "/feeds", "", "", "")
                        .body());
    }

    private void put(String id, String path, String body) throws Exception {
        HttpResponse<String> answer = sites.send(id, AuthKey.GUEST, "PUT", "_/" + path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static AuthKey key(String printed) {
        return AuthKey.parse(printed.lines().toList().get(1));
    }
}
