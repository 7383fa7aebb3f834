package io.fogwhisk.launcher.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.base.config.ConfigFile;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.launcher.SmallDisk;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.launcher.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteReadinessTest {

    private static final int DISK_MB = 160;
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    private final Ports ports = TestPorts.site();
    private final ServiceGroup services = new ServiceGroup("test");
    private final HttpHost http = services.start(new HttpHost());

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void aSiteThatIsStartedIsReadyOnTheDashboardsPortAndOnTheProxys() throws Exception {
        services.start(site(folder.resolve("data")));

        HttpResponse<String> ready = get(ports.dashboard(), "/ready");

        assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
        assertThat(checks(ready).properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("process", "disk", "mqtt", "influx", "openwhisk", "outbox");
        assertThat(get(ports.wskproxy(), "/ready").statusCode()).isEqualTo(200);
        assertThat(get(ports.feeds(), "/ready").statusCode()).isEqualTo(200);
        assertThat(get(ports.dashboard(), "/live").body()).isEqualTo("{\"status\":\"live\"}");
        assertThat(get(ports.wskproxy(), "/live").body()).isEqualTo("{\"status\":\"live\"}");
    }

    @Test
    void aSiteWhoseDiskIsFullIsNotReadyUntilThereIsRoom() throws Exception {
        try (SmallDisk disk = new SmallDisk(folder, DISK_MB);
                ServiceGroup running = new ServiceGroup("full")) {
            // Given
            running.start(site(disk.folder().resolve("data")));
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(get(ports.dashboard(), "/ready").statusCode())
                                    .isEqualTo(200));

            // When
            disk.fill(0);

            // Then
            await().atMost(LIMIT).untilAsserted(() -> {
                HttpResponse<String> ready = get(ports.dashboard(), "/ready");
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(checks(ready).path("disk").asText()).contains("No space left on device");
                assertThat(checks(ready).path("mqtt").asText()).contains("make room");
                assertThat(checks(ready).path("influx").asText()).contains("make room");
            });
            assertThat(get(ports.dashboard(), "/live").statusCode()).isEqualTo(200);

            // When
            disk.free();

            // Then
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(get(ports.dashboard(), "/ready").statusCode())
                                    .isEqualTo(200));
        }
    }

    @Test
    void aSiteThatStopsSaysSoUntilItsLastPortIsClosed() throws Exception {
        // Given
        Site site = services.start(site(folder.resolve("data")));
        List<Integer> said = new ArrayList<>();
        CountDownLatch asking = new CountDownLatch(1);
        CompletableFuture<Void> asked = CompletableFuture.runAsync(() -> {
            try {
                while (true) {
                    said.add(get(ports.dashboard(), "/ready").statusCode());
                    asking.countDown();
                }
            } catch (IOException e) {
                // The port is closed: the end.
                asking.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        asking.await();

        // When
        site.close();
        asked.join();

        // Then
        int stopping = said.indexOf(503);
        assertThat(stopping).isPositive();
        assertThat(said.subList(0, stopping)).containsOnly(200);
        assertThat(said.subList(stopping, said.size())).containsOnly(503);
    }

    @Test
    void aProviderAloneIsReadyWithoutItsOpenWhiskAlsoWhenItsInboxIsFull() throws Exception {
        // Given
        services.start(new EmbeddedBroker("broker", "127.0.0.1", ports.mqtt(), folder.resolve("broker")));
        SiteConfig config = ConfigFile.parse(
                "test",
                TestSites.yaml(folder.resolve("data"), ports),
                Map.of(
                        "FOGWHISK_OPENWHISK_API_HOST", "http://127.0.0.1:" + ports.openwhisk(),
                        "FOGWHISK_OPENWHISK_AUTH", "23bc46b1-71f6-4ed5-8c54-816aa4f8c502:" + "x".repeat(64),
                        "FOGWHISK_MQTT_URL", "mqtt://127.0.0.1:" + ports.mqtt(),
                        "FOGWHISK_FEEDS_SLIM_TOPICS", "test",
                        "FOGWHISK_FEEDS_INBOX_MESSAGES", "1"),
                SiteConfig::read);
        Service provider = services.start(RemoteFeeds.alone(config, http, Clock.systemUTC()));
        HttpResponse<String> empty = get(ports.feeds(), "/ready");
        await().atMost(LIMIT).until(() -> get(ports.feeds(), "/health").body().contains("\"connected\":1"));

        // When
        TestSites.publish(config, "test", "{\"reading\":1}");

        // Then
        assertThat(empty.statusCode()).as(empty.body()).isEqualTo(200);
        await().atMost(LIMIT)
                .until(() -> get(ports.feeds(), "/metrics")
                        .body()
                        .contains("fogwhisk_feed_received_total{site=\"dc-1\"} 1"));
        // Its broker keeps the messages until there is room: sensors go on.
        assertThat(get(ports.feeds(), "/ready").statusCode()).isEqualTo(200);
        provider.close();
        assertThatThrownBy(() -> get(ports.feeds(), "/ready")).isInstanceOf(ConnectException.class);
    }

    private Site site(Path data) {
        return new Site(
                ConfigFile.parse("test", TestSites.yaml(data, ports), Map.of(), SiteConfig::read)
                        .withoutSample(),
                http,
                Clock.systemUTC());
    }

    private static JsonNode checks(HttpResponse<String> ready) throws IOException {
        return new ObjectMapper().readTree(ready.body()).path("checks");
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return TestHttp.send("GET", "http://127.0.0.1:" + port + path, "", "", "");
    }
}
