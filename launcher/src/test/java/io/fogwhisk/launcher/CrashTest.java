package io.fogwhisk.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.launcher.demo.FluxClient;
import io.fogwhisk.launcher.demo.Ledger;
import io.fogwhisk.launcher.demo.SensorReading;
import io.fogwhisk.launcher.demo.Sensors;
import io.fogwhisk.launcher.demo.StoredPoints;
import io.fogwhisk.launcher.site.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A site in a process of its own, killed without warning again and again while sensors publish. */
class CrashTest {

    private static final int KILLS = 10;
    private static final int DATACENTER = 1;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Ports ports = TestPorts.site();
    private final Ledger ledger = new Ledger();

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everyAcknowledgedReadingIsStoredOnceThroughTenKills() throws Exception {
        Random random = new Random(7);
        for (int kill = 0; kill < KILLS; kill++) {
            try (SiteProcess site = SiteProcess.start(folder, ports, Map.of())) {
                assertNothingLost(site);
                try (Sensors sensors = sensors()) {
                    sensors.start();
                    long enough = ledger.acknowledgedCount() + 300 + random.nextInt(700);
                    await().atMost(LIMIT).until(() -> ledger.acknowledgedCount() >= enough);
                    site.kill();
                }
            }
        }
        try (SiteProcess site = SiteProcess.start(folder, ports, Map.of())) {
            assertNothingLost(site);
        }
    }

    private void assertNothingLost(SiteProcess site) throws IOException {
        List<SensorReading> acknowledged = ledger.acknowledgedReadings();
        try (FluxClient database = site.database()) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(
                                    StoredPoints.read(database, DATACENTER).found(acknowledged))
                            .isEqualTo(acknowledged.size()));
            assertThat(StoredPoints.read(database, DATACENTER).duplicates()).isZero();
        }
    }

    private Sensors sensors() {
        return new Sensors(new Sensors.Plan("crash", DATACENTER, "127.0.0.1", ports.mqtt(), "test", 5, 500), ledger);
    }
}
