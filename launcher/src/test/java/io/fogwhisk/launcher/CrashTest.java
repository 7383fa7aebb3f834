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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
            try (SiteProcess site = SiteProcess.start(folder, ports)) {
                assertNothingLost(site);
                try (Sensors sensors = sensors()) {
                    sensors.start();
                    long enough = ledger.acknowledgedCount() + 300 + random.nextInt(700);
                    await().atMost(LIMIT).until(() -> ledger.acknowledgedCount() >= enough);
                    site.kill();
                }
            }
        }
        try (SiteProcess site = SiteProcess.start(folder, ports)) {
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

    /** {@code fogwhisk up} as a child process. */
    private static final class SiteProcess implements AutoCloseable {
        private final Process process;
        private final Path folder;
        private final Ports ports;

        private SiteProcess(Process process, Path folder, Ports ports) {
            this.process = process;
            this.folder = folder;
            this.ports = ports;
        }

        static SiteProcess start(Path folder, Ports ports) throws IOException {
            Path data = folder.resolve("data");
            Path config = Files.writeString(folder.resolve("site.yaml"), TestSites.yaml(data, ports));
            Path out = folder.resolve("out.txt");
            Files.deleteIfExists(out);
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Fogwhisk.class.getName(),
                            "up",
                            "--config",
                            config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(process.isAlive()).as(Files.readString(out)).isTrue();
                assertThat(Files.readString(out)).contains("is up after");
            });
            return new SiteProcess(process, folder, ports);
        }

        FluxClient database() throws IOException {
            String token = Files.readString(folder.resolve("data/influx.token")).trim();
            return new FluxClient("http://127.0.0.1:" + ports.influx(), "influxdata", token, "measure");
        }

        void kill() throws InterruptedException {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (process.waitFor(10, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly();
        }
    }
}
