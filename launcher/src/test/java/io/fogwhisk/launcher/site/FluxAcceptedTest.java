package io.fogwhisk.launcher.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.launcher.ExternalTool;
import io.fogwhisk.launcher.FluxInText;
import io.fogwhisk.launcher.FluxJudge;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.launcher.demo.FluxClient;
import io.fogwhisk.launcher.demo.StoredPoints;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Flux that FogWhisk asks, shows and documents is that of InfluxDB: InfluxData's own checker accepts it. */
class FluxAcceptedTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Jobs of all functions, kinds of windows, zones, groupings and choices of measurements. */
    private static final List<String> JOBS = List.of(
            "{'window':'1h','functions':'avg,mean,min,max,median,count,sum,stddev,spread,first,last,rate,p95,p99.9,p0,p100'}",
            "{'window':'1d','timezone':'Europe/Rome','functions':'avg,median,first,last,rate,p50','groupBy':['datacenter_id','device']}",
            "{'window':'30m','timezone':'Asia/Kolkata','offset':'7m','functions':'avg,rate,p12.5'}",
            "{'window':'1w','timezone':'America/New_York','functions':'median,rate'}",
            "{'window':'1mo','timezone':'Europe/Rome','functions':'avg,first,last,median,rate'}",
            "{'window':'1y','from':'2024-06-01','to':'2025-06-01','functions':'avg,p90'}",
            "{'window':'90s','to':'2026-03-28T12:00:00Z','functions':'max'}",
            "{'window':'1h','measurements':'humidity','fields':['value','a \\\"b\\\" ${c}']}",
            "{'window':'1h','measurements':['humidity','say \\\"hi\\\" ${x} \\\\ end'],'groupBy':['a \\\"b\\\" ${c}']}",
            "{'window':'1h','measurements':'/^hum\\\\/?i/','layout':'reference','prefix':'p_'}");

    @TempDir
    private Path folder;

    @Test
    void whateverTheActionsAskIsAccepted() throws Exception {
        // Given
        List<String> refused;
        try (HttpHost http = new HttpHost();
                Site site =
                        new Site(TestSites.config(folder.resolve("dc-1"), TestPorts.site()), http, Clock.systemUTC())) {
            http.start();
            site.start();
            try (QueryTap tap = new QueryTap(site.addresses().localUrl())) {
                write(site);

                // When
                for (String job : JOBS) {
                    JsonNode builtIn = builtIn(site, job(site, tap, job));
                    JsonNode node = node(job(site, tap, job));
                    assertThat(builtIn.path("error").asText()).as(job).isEmpty();
                    assertThat(builtIn.path("windows").asInt()).as(job).isPositive();
                    assertThat(node.path("windows")).as(job + node).isEqualTo(builtIn.path("windows"));
                    assertThat(node.path("points")).as(job).isEqualTo(builtIn.path("points"));
                }
                try (FluxClient client =
                        new FluxClient(tap.url(), "influxdata", site.addresses().localToken(), "measure")) {
                    StoredPoints.read(client, 2);
                }

                // Then
                assertThat(tap.scripts()).hasSizeGreaterThan(JOBS.size());
                assertThat(tap.scripts()).anyMatch(script -> script.contains("aggregateWindow(every: 3600s"));
                assertThat(tap.scripts()).anyMatch(script -> script.contains("difference("));
                refused = FluxJudge.refused(folder, tap.scripts());
            }
        }
        assertThat(refused).isEmpty();
    }

    @Test
    void whatSourcesAndDocumentsSayIsAccepted() throws Exception {
        // Given
        Path root = ExternalTool.projectRoot();
        List<String> scripts = new ArrayList<>();
        for (String sources : List.of("launcher", "bench", "aggregator")) {
            scripts.addAll(FluxInText.ofSources(root.resolve(sources + "/src")));
        }
        int ofSources = scripts.size();
        scripts.addAll(FluxInText.ofDocument(root.resolve("README.md")));
        assertThat(scripts).hasSizeGreaterThan(ofSources);
        scripts.addAll(FluxInText.ofDocuments(root.resolve("docs")));
        assertThat(ofSources).isGreaterThan(10);

        // When
        List<String> refused = FluxJudge.refused(folder, scripts);

        // Then
        assertThat(refused).isEmpty();
    }

    @Test
    void aWrongOneWouldBeRefused() throws Exception {
        String wrong = "x = 1 + 1.0";

        assertThat(FluxJudge.refused(folder, List.of("x = 1 + 1", wrong))).containsExactly(wrong);
    }

    private static void write(Site site) throws Exception {
        var answer = TestHttp.send(
                "POST",
                site.addresses().localUrl() + "/api/v2/write?org=influxdata&bucket=measure&precision=s",
                "Token " + site.addresses().localToken(),
                "text/plain",
                """
                        humidity,datacenter_id=1,device=a value=41 1774700000
                        humidity,datacenter_id=1,device=a value=43 1774700060
                        humidity,datacenter_id=1,device=b value=5 1774800000
                        """);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    private static ObjectNode job(Site site, QueryTap tap, String text) throws Exception {
        ObjectNode params = JSON.createObjectNode();
        params.put("from", "2026-03-28T00:00:00Z").put("to", "2026-03-31T00:00:00Z");
        params.setAll((ObjectNode) JSON.readTree(text.replace('\'', '"')));
        for (String prefix : List.of("local", "central")) {
            params.put(prefix + "_url", tap.url())
                    .put(prefix + "_token", site.addresses().localToken())
                    .put(prefix + "_org", "influxdata")
                    .put(prefix + "_bucket", prefix.equals("local") ? "measure" : "aggregates");
        }
        return params;
    }

    private static JsonNode builtIn(Site site, ObjectNode params) throws Exception {
        return JSON.readTree(TestHttp.send(
                        "POST",
                        site.addresses().apiHost() + "/api/v1/namespaces/whisk.system/actions/aggregator/"
                                + "aggregatesAction?blocking=true&result=true",
                        AuthKey.GUEST.basicHeader(),
                        "application/json",
                        params.toString())
                .body());
    }

    private static JsonNode node(ObjectNode params) throws Exception {
        Path file = ExternalTool.projectRoot().resolve("samples/actions/aggregatesAction.js");
        String script = "require(process.argv[1]).main(JSON.parse(process.argv[2]))"
                + ".then(result => console.log(JSON.stringify(result)))";
        return JSON.readTree(
                ExternalTool.run(List.of("node", "-e", script, file.toString(), params.toString()), "Node.js 20"));
    }
}
