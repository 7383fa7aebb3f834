package io.fogwhisk.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.query.FluxRecord;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.LeanInflux;
import io.fogwhisk.influx.LeanInfluxConfig;
import io.fogwhisk.influx.catalog.ConfiguredBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queries of Grafana's dashboard, asked as Grafana asks them, of the InfluxDB that a centre has by default. */
class GrafanaComponentTest {

    private static final String TOKEN = "a-token-of-the-test";
    private static final String ORG = "influxdata";

    @TempDir
    private Path folder;

    private final ServiceGroup services = new ServiceGroup("grafana");
    private InfluxDBClient client;
    private JsonNode dashboard;

    @BeforeEach
    void storeAggregates() throws IOException {
        HttpHost http = services.start(new HttpHost());
        LeanInflux influx = services.start(new LeanInflux(
                new LeanInfluxConfig(
                        "127.0.0.1",
                        0,
                        folder,
                        ORG,
                        List.of(ConfiguredBucket.named("aggregates")),
                        TOKEN,
                        List.of(),
                        Duration.ofMillis(1),
                        List.of(),
                        OptionalLong.empty(),
                        LeanInfluxConfig.QUERY_TIME),
                http,
                new Metrics(new SimpleMeterRegistry(), "test")));
        client = services.own(InfluxDBClientFactory.create(influx.url(), TOKEN.toCharArray(), ORG, "aggregates"));
        long now = Instant.now().getEpochSecond();
        for (String measurement : List.of("humidity", "temperature", "gas_perc")) {
            for (int centre = 1; centre <= 2; centre++) {
                client.getWriteApiBlocking()
                        .writeRecord(
                                WritePrecision.S,
                                measurement + ",datacenter_id=" + centre + ",window=1h avg=2,min=1,max=3 " + now);
            }
        }
        dashboard = new ObjectMapper().readTree(Files.readString(Path.of("components/grafana/aggregates.json")));
    }

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void theVariableOffersEveryDataCentre() {
        String query =
                dashboard.path("templating").path("list").path(0).path("query").asText();

        assertThat(rows(query)).extracting(FluxRecord::getValue).containsExactly("1", "2");
    }

    @Test
    void everyPanelShowsTheAggregatesOfTheChosenDataCentre() {
        assertThat(dashboard.path("panels")).hasSize(3).allSatisfy(panel -> {
            String query = panel.path("targets").path(0).path("query").asText();

            assertThat(rows(query)).extracting(FluxRecord::getField).containsExactlyInAnyOrder("avg", "max", "min");
        });
    }

    @Test
    void thresholdsAreThoseOfTheReference() {
        assertThat(dashboard.path("panels"))
                .extracting(panel -> panel.path("title").asText() + " "
                        + panel.path("fieldConfig")
                                .path("defaults")
                                .path("thresholds")
                                .path("steps")
                                .path(1)
                                .path("value")
                                .asInt())
                .containsExactly("Humidity 60", "Temperature 30", "Gas 50");
    }

    private List<FluxRecord> rows(String query) {
        String asked = query.replace("v.timeRangeStart", "-1h")
                .replace("v.timeRangeStop", "1h")
                .replace("${DatacenterID}", "1");
        return client.getQueryApi().query(asked, ORG).stream()
                .flatMap(table -> table.getRecords().stream())
                .toList();
    }
}
