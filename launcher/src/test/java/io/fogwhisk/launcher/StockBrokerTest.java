package io.fogwhisk.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.lifecycle.ServiceGroup;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.LeanInflux;
import io.fogwhisk.influx.LeanInfluxConfig;
import io.fogwhisk.launcher.demo.FluxClient;
import io.fogwhisk.launcher.demo.Ledger;
import io.fogwhisk.launcher.demo.SensorReading;
import io.fogwhisk.launcher.demo.Sensors;
import io.fogwhisk.launcher.demo.StoredPoints;
import io.fogwhisk.launcher.site.Ports;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stock Mosquitto acknowledges what it cannot keep: beyond a thousand messages that wait for a client it drops them. A
 * site must not leave more there than that, whatever its database does.
 */
class StockBrokerTest {

    private static final int DATACENTER = 1;
    // The broker keeps a thousand while the site starts again: ten seconds of these.
    private static final int PER_SECOND = 100;
    private static final String TOKEN = "stock-broker-token";
    private static final Duration DATABASE_AWAY = Duration.ofSeconds(20);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Ports ports = TestPorts.site();
    private final int influx = TestPorts.free();
    private final Ledger ledger = new Ledger();

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void nothingIsLostWhenTheDatabaseStopsAndThenTheSiteIsKilled() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "");
                Database database = new Database();
                SiteProcess site = SiteProcess.start(folder, ports, environment(broker));
                Sensors sensors = sensors(broker)) {
            sensors.start();
            await().atMost(LIMIT).until(() -> ledger.acknowledgedCount() > 2 * PER_SECOND);

            // When the database is away for longer than the broker could keep what comes meanwhile
            database.stop();
            long more = ledger.acknowledgedCount() + PER_SECOND * DATABASE_AWAY.toSeconds();
            await().atMost(LIMIT).until(() -> ledger.acknowledgedCount() > more);
            database.start();
            site.kill();

            // Then the site catches up with everything, beside what goes on coming
            try (SiteProcess again = SiteProcess.start(folder, ports, environment(broker))) {
                long last = ledger.acknowledgedCount() + 2 * PER_SECOND;
                await().atMost(LIMIT).until(() -> ledger.acknowledgedCount() > last);
                sensors.stopPublishing();
                awaitEverythingStoredOnce();
                assertThat(again.isAlive()).isTrue();
            }
        }
    }

    private void awaitEverythingStoredOnce() {
        await().atMost(LIMIT).until(() -> ledger.outstanding() == 0);
        List<SensorReading> acknowledged = ledger.acknowledgedReadings();
        try (FluxClient client = new FluxClient("http://127.0.0.1:" + influx, "influxdata", TOKEN, "measure")) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(
                                    StoredPoints.read(client, DATACENTER).found(acknowledged))
                            .isEqualTo(acknowledged.size()));
            assertThat(StoredPoints.read(client, DATACENTER).duplicates()).isZero();
        }
    }

    private Sensors sensors(Mosquitto broker) {
        return new Sensors(
                new Sensors.Plan("stock", DATACENTER, "127.0.0.1", broker.port(), "test", 5, PER_SECOND), ledger);
    }

    private Map<String, String> environment(Mosquitto broker) {
        return Map.of(
                "FOGWHISK_MQTT_URL",
                broker.url(),
                "FOGWHISK_INFLUX_LOCAL_URL",
                "http://127.0.0.1:" + influx,
                "FOGWHISK_INFLUX_LOCAL_TOKEN",
                TOKEN);
    }

    /** An InfluxDB that is not the site's. */
    private final class Database implements AutoCloseable {
        private ServiceGroup services = new ServiceGroup("database");

        Database() {
            start();
        }

        final void start() {
            services = new ServiceGroup("database");
            HttpHost http = services.start(new HttpHost());
            services.start(new LeanInflux(
                    new LeanInfluxConfig(
                            "127.0.0.1",
                            influx,
                            folder.resolve("database"),
                            "influxdata",
                            List.of("measure"),
                            TOKEN,
                            Duration.ofMillis(1)),
                    http,
                    new Metrics(new SimpleMeterRegistry(), "database")));
        }

        void stop() {
            services.close();
        }

        @Override
        public void close() {
            stop();
        }
    }
}
