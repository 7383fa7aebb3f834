package io.fogwhisk.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.launcher.demo.FluxClient;
import io.fogwhisk.launcher.demo.Ledger;
import io.fogwhisk.launcher.demo.SensorReading;
import io.fogwhisk.launcher.demo.Sensors;
import io.fogwhisk.launcher.demo.StoredPoints;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two sites in processes of their own. The feeds of the second fire at the OpenWhisk of the first, which is killed, and so
 * is the second, while readings wait there.
 */
class RemoteOpenWhiskTest {

    private static final int DATACENTER = 1;
    private static final int PER_SECOND = 100;
    private static final Duration OUTAGE = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Ports near = TestPorts.site();
    private final Ports far = TestPorts.site();
    private final Ledger ledger = new Ledger();

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void readingsWaitInTheInboxUntilTheOtherSitesOpenWhiskIsBack() throws Exception {
        try (Sensors sensors = sensors()) {
            try (SiteProcess whisk = whisk();
                    SiteProcess feeds = feeds()) {
                await().atMost(LIMIT)
                        .until(() -> health().at("/states/connected").asInt() == 1);
                sensors.start();
                await().atMost(LIMIT).until(() -> ledger.acknowledgedCount() > PER_SECOND);
                awaitStored(whisk);

                // When
                whisk.kill();
                long enough = ledger.acknowledgedCount() + PER_SECOND * OUTAGE.toSeconds();
                await().atMost(LIMIT).until(() -> ledger.acknowledgedCount() > enough);
                assertThat(waiting()).isGreaterThan(PER_SECOND);
                feeds.kill();
            }

            // Then
            try (SiteProcess feeds = feeds()) {
                assertThat(waiting()).isGreaterThan(PER_SECOND);
                try (SiteProcess whisk = whisk()) {
                    long more = ledger.acknowledgedCount() + PER_SECOND;
                    await().atMost(LIMIT).until(() -> ledger.acknowledgedCount() > more);
                    sensors.stopPublishing();
                    await().atMost(LIMIT).until(() -> ledger.outstanding() == 0);
                    awaitStored(whisk);
                    await().atMost(LIMIT).until(() -> waiting() == 0);
                    assertThat(feeds.isAlive()).isTrue();
                }
            }
        }
    }

    private void awaitStored(SiteProcess whisk) throws IOException {
        List<SensorReading> acknowledged = ledger.acknowledgedReadings();
        try (FluxClient database = whisk.database()) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(
                                    StoredPoints.read(database, DATACENTER).found(acknowledged))
                            .isEqualTo(acknowledged.size()));
            assertThat(StoredPoints.read(database, DATACENTER).duplicates()).isZero();
        }
    }

    /** The site whose OpenWhisk runs the actions. */
    private SiteProcess whisk() throws IOException {
        return SiteProcess.start(Files.createDirectories(folder.resolve("far")), far, Map.of());
    }

    /** The site where the sensors are. */
    private SiteProcess feeds() throws IOException {
        return SiteProcess.start(
                Files.createDirectories(folder.resolve("near")),
                near,
                Map.of(
                        "FOGWHISK_OPENWHISK_API_HOST",
                        "http://127.0.0.1:" + far.openwhisk(),
                        "FOGWHISK_FEEDS_SLIM_AUTH",
                        AuthKey.GUEST.reveal(),
                        "FOGWHISK_FEEDS_SLIM_TOPICS",
                        "test"));
    }

    private Sensors sensors() {
        return new Sensors(
                new Sensors.Plan("near", DATACENTER, "127.0.0.1", near.mqtt(), "test", 5, PER_SECOND), ledger);
    }

    /** How many readings are in the inbox, or on their way out of it. */
    private long waiting() throws IOException, InterruptedException {
        return health().at("/inbox/messages").asLong();
    }

    private JsonNode health() throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(TestHttp.send("GET", "http://127.0.0.1:" + near.feeds() + "/health", "", "", "")
                        .body());
    }
}
