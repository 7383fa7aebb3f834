package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.RunningInflux;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests as Grafana's Flux data source sends them: its variables ({@code v.timeRangeStart}, {@code v.windowPeriod}) are
 * replaced in the text before it is sent, and answers come packed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrafanaTest {

    private static final String PANEL = "from(bucket: \\\"measure\\\")\\n"
            + "  |> range(start: 2026-01-01T00:00:00Z, stop: 2026-01-01T02:00:00Z)\\n"
            + "  |> filter(fn: (r) => r[\\\"_measurement\\\"] == \\\"temperature\\\" and r[\\\"datacenter_id\\\"] == \\\"1\\\")\\n"
            + "  |> aggregateWindow(every: 1h, fn: mean, createEmpty: false)\\n"
            + "  |> yield(name: \\\"mean\\\")";

    private RunningInflux influx;

    @BeforeAll
    void writePoints(@TempDir Path folder) {
        influx = new RunningInflux(folder);
        influx.write("""
                temperature,datacenter_id=1 value=20 1767225600
                temperature,datacenter_id=1 value=21 1767225660
                temperature,datacenter_id=1 value=25 1767229200
                temperature,datacenter_id=2 value=99 1767225600
                """);
    }

    @AfterAll
    void close() {
        influx.close();
    }

    @Test
    void answersAPanel() throws Exception {
        // When
        HttpResponse<InputStream> response = ask("/api/v2/query?org=influxdata", PANEL, "gzip");

        // Then
        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
        assertThat(unpacked(response)).isEqualTo("""
                #datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string
                #group,false,false,true,true,false,false,true,true,true
                #default,mean,,,,,,,,
                ,result,table,_start,_stop,_time,_value,_field,_measurement,datacenter_id
                ,,0,2026-01-01T00:00:00Z,2026-01-01T02:00:00Z,2026-01-01T01:00:00Z,20.5,value,temperature,1
                ,,0,2026-01-01T00:00:00Z,2026-01-01T02:00:00Z,2026-01-01T02:00:00Z,25,value,temperature,1

                """.replace("\n", "\r\n"));
    }

    @Test
    void answersPlainlyWhoeverDoesNotUnpack() throws Exception {
        HttpResponse<InputStream> response = ask("/api/v2/query?org=influxdata", PANEL, "identity;q=1, gzip;q=0");

        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("#datatype");
    }

    @Test
    void tellsWhatIsWrongWithAScriptBeforeItRuns() throws Exception {
        assertThat(unpacked(ask("/api/v2/query/analyze?org=influxdata", PANEL, "")))
                .isEqualTo("{\"errors\":[]}");
        assertThat(unpacked(ask("/api/v2/query/analyze?org=influxdata", "from(", "")))
                .contains("\"line\":1");
    }

    private HttpResponse<InputStream> ask(String path, String script, String encoding)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(influx.url() + path))
                .header("Authorization", "Token " + RunningInflux.TOKEN)
                .header("Content-Type", "application/json; charset=utf-8")
                .header("Accept", "application/csv")
                .POST(HttpRequest.BodyPublishers.ofString("{\"dialect\":{\"annotations\":[\"datatype\",\"group\","
                        + "\"default\"],\"commentPrefix\":\"#\",\"dateTimeFormat\":\"RFC3339\",\"delimiter\":\",\","
                        + "\"header\":true},\"query\":\"" + script + "\",\"type\":\"flux\"}"));
        if (!encoding.isEmpty()) {
            request.header("Accept-Encoding", encoding);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private static String unpacked(HttpResponse<InputStream> response) throws IOException {
        boolean gzip = response.headers().firstValue("Content-Encoding").isPresent();
        try (InputStream body = gzip ? new GZIPInputStream(response.body()) : response.body()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
