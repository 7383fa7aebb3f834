package io.fogwhisk.launcher.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.launcher.ExternalTool;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.launcher.site.Site;
import io.fogwhisk.wsk.model.AuthKey;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The actions of {@code samples/actions}, deployed to an OpenWhisk as the head of each file says. */
class DeployedSamplesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void bothCarryAReadingToItsAggregateAndEndWithAnErrorWhereTheyFail() throws Exception {
        ExternalTool.run(List.of("node", "--version"), "Node.js 20");
        try (HttpHost http = new HttpHost();
                Site site =
                        new Site(TestSites.config(folder, TestPorts.site()).withoutSample(), http, Clock.systemUTC())) {
            http.start();
            site.start();
            // Given
            deploy(site, "addReadingToDb");
            deploy(site, "aggregatesAction");
            String reading = "{\"body\":\"{\\\"humidity\\\":41,\\\"datacenter_id\\\":1,\\\"device_fingerprint\\\":7,"
                    + "\\\"timestamp\\\":1700000000000}\"}";
            // When
            HttpResponse<String> stored = invoke(site, "addReadingToDb", reading);
            HttpResponse<String> bad = invoke(site, "addReadingToDb", "{\"body\":{\"humidity\":41}}");
            HttpResponse<String> shipped = invoke(
                    site, "aggregatesAction", "{\"functions\":\"max\",\"from\":\"2023-11-14\",\"to\":\"2023-11-15\"}");
            HttpResponse<String> wrong = invoke(site, "aggregatesAction", "{\"window\":\"soon\"}");
            // Then
            assertThat(stored.body()).isEqualTo("{\"points\":1}");
            assertThat(JSON.readTree(shipped.body()).path("points").asInt()).isEqualTo(1);
            assertThat(List.of(stored.statusCode(), shipped.statusCode(), bad.statusCode(), wrong.statusCode()))
                    .containsExactly(200, 200, 502, 502);
            assertThat(bad.body()).isEqualTo("{\"error\":\"datacenter_id is missing\"}");
            assertThat(wrong.body()).contains("window must be a whole number");
            assertThat(
                            TestHttp.flux(
                                    site.addresses().centralUrl(),
                                    site.addresses().centralToken(),
                                    "from(bucket: \"aggregates\") |> range(start: 2023-11-14T00:00:00Z, stop: 2023-11-15T00:00:00Z)"))
                    .contains("2023-11-14T00:00:00Z,41,max,humidity,1,1d");
        }
    }

    private static void deploy(Site site, String name) throws Exception {
        Path file = ExternalTool.projectRoot().resolve("samples/actions/" + name + ".js");
        ObjectNode action = JSON.createObjectNode();
        action.putObject("exec").put("kind", "nodejs:default").put("code", Files.readString(file));
        ArrayNode parameters = action.putArray("parameters");
        var at = site.addresses();
        for (String prefix : List.of("influx", "local", "central")) {
            boolean central = prefix.equals("central");
            bind(parameters, prefix + "_url", central ? at.centralUrl() : at.localUrl());
            bind(parameters, prefix + "_token", central ? at.centralToken() : at.localToken());
            bind(parameters, prefix + "_org", "influxdata");
            bind(parameters, prefix + "_bucket", central ? "aggregates" : "measure");
        }
        HttpResponse<String> answer = TestHttp.send(
                "PUT",
                site.addresses().apiHost() + "/api/v1/namespaces/_/actions/" + name,
                AuthKey.GUEST.basicHeader(),
                "application/json",
                action.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static void bind(ArrayNode parameters, String key, String value) {
        parameters.addObject().put("key", key).put("value", value);
    }

    private static HttpResponse<String> invoke(Site site, String name, String params) throws Exception {
        return TestHttp.send(
                "POST",
                site.addresses().apiHost() + "/api/v1/namespaces/_/actions/" + name + "?blocking=true&result=true",
                AuthKey.GUEST.basicHeader(),
                "application/json",
                params);
    }
}
