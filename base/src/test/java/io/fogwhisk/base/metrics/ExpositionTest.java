package io.fogwhisk.base.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.base.http.HttpHost;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpositionTest {

    private final Exposition exposition = new Exposition("dc-1");

    @Test
    void countersAreOnThePage() {
        exposition.metrics().count(Meter.EDGE_FORWARDED, 3);

        assertThat(exposition.page())
                .contains("# TYPE fogwhisk_edge_forwarded_total counter")
                .contains("fogwhisk_edge_forwarded_total{site=\"dc-1\"} 3.0");
    }

    @Test
    void aLevelIsReadEachTimeAndGoesWithItsSubject() {
        // Given
        List<Level.Reading> readings = new ArrayList<>();
        readings.add(Level.EDGE_ROUTER_WAITING.reading(7, "router:1"));
        readings.add(Level.EDGE_ROUTER_WAITING.reading(8, "router:2"));
        Metrics.Shown shown = exposition.metrics().show(() -> readings);
        assertThat(exposition.page())
                .contains("fogwhisk_edge_router_waiting{router=\"router:1\",site=\"dc-1\"} 7.0")
                .contains("{router=\"router:2\",site=\"dc-1\"} 8.0");

        // When
        readings.remove(0);
        readings.set(0, Level.EDGE_ROUTER_WAITING.reading(9, "router:2"));

        // Then
        assertThat(exposition.page())
                .doesNotContain("router:1")
                .contains("fogwhisk_edge_router_waiting{router=\"router:2\",site=\"dc-1\"} 9.0");

        // When
        shown.close();

        // Then
        assertThat(exposition.page()).doesNotContain("router:2");
    }

    @Test
    void aLambdasNameCannotForgeALine() {
        String forged = "a\"} 5\nfogwhisk_feed_fired_total 99";
        exposition.metrics().show(() -> List.of(Level.EDGE_ROUTER_WAITING.reading(1, forged)));

        assertThat(exposition.page().lines()).noneMatch(line -> line.startsWith("fogwhisk_feed_fired_total 99"));
    }

    @Test
    void twoSourcesShowTheSameLevel() {
        exposition.metrics().show(() -> List.of(Level.EDGE_ROUTER_WAITING.reading(1, "a")));
        exposition.metrics().show(() -> List.of(Level.EDGE_ROUTER_WAITING.reading(2, "b")));

        assertThat(exposition.page()).contains("{router=\"a\",site=\"dc-1\"} 1").contains("{router=\"b\",");
    }

    @Test
    void aReadingWithoutASubjectIsRefused() {
        assertThatThrownBy(() -> Level.EDGE_ROUTER_WAITING.reading(1)).hasMessageContaining("[router]");
    }

    @Test
    void thePageHasAPort() throws Exception {
        try (HttpHost host = new HttpHost()) {
            host.start();
            try (HttpHost.Port port = host.open(exposition.role("role/metrics", "127.0.0.1", 0))) {
                var response = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.number() + "/metrics"))
                                        .build(),
                                BodyHandlers.ofString());

                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.headers().firstValue("Content-Type").orElse(""))
                        .startsWith("text/plain");
                assertThat(response.body()).contains("fogwhisk_edge_executed_total");
            }
        }
    }
}
