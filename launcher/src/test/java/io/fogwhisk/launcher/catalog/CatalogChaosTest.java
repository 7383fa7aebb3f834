package io.fogwhisk.launcher.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.launcher.SiteProcess;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.launcher.demo.FluxClient;
import io.fogwhisk.launcher.demo.Ledger;
import io.fogwhisk.launcher.demo.Sensors;
import io.fogwhisk.launcher.demo.StoredPoints;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.lean.identity.SiteTokens;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A centre and a site as processes, killed and cut off from each other by seed while entities change and sensors
 * publish: afterwards the site has what the centre has, and no reading is lost. {@code -Dfogwhisk.chaos.seconds=120} and
 * {@code -Dfogwhisk.chaos.seed=} make it longer, or another.
 */
final class CatalogChaosTest {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int SECONDS = Integer.getInteger("fogwhisk.chaos.seconds", 20);
    private static final long SEED = Long.getLong("fogwhisk.chaos.seed", 7);
    private static final int DATACENTER = 3;
    private static final int RATE = 40;
    private static final int MOST_CHANGES = 60;
    private static final int MOST_READINGS = 40;

    private final Ports centrePorts = TestPorts.site();
    private final Ports sitePorts = TestPorts.site();
    private final Random random = new Random(SEED);
    private final Ledger ledger = new Ledger();

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 12, unit = TimeUnit.MINUTES)
    void theSiteHasWhatTheCentreHasAndNoReadingIsLost() throws Exception {
        Files.createDirectories(folder.resolve("centre/data"));
        Files.createDirectories(folder.resolve("site"));
        SiteProcess centre = centre();
        SiteProcess site = null;
        try (UnsteadyNetwork network = new UnsteadyNetwork(centrePorts.catalog());
                Sensors sensors = new Sensors(
                        new Sensors.Plan("chaos", DATACENTER, "127.0.0.1", sitePorts.mqtt(), "test", 2, RATE),
                        ledger)) {
            String token = token();
            site = site(network, token);
            awaitEqual();
            sensors.start();
            try (CentralChanges changes = new CentralChanges(centrePorts.openwhisk(), SEED)) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                while (System.nanoTime() < end) {
                    awaitMore(changes::made, MOST_CHANGES);
                    switch (random.nextInt(4)) {
                        case 0 -> {
                            centre.kill();
                            // The site goes on without it.
                            awaitMore(ledger::acknowledgedCount, MOST_READINGS);
                            centre = centre();
                        }
                        case 1 -> {
                            site.kill();
                            awaitMore(changes::made, MOST_CHANGES);
                            site = site(network, token);
                        }
                        default -> {
                            network.cut();
                            awaitMore(changes::made, MOST_CHANGES);
                            network.heal();
                        }
                    }
                }
                assertThat(changes.made()).isPositive();
            }
            sensors.stopPublishing();
            awaitEqual();
            assertThat(ledger.acknowledgedCount()).isPositive();
            assertNothingLost(site);
        } finally {
            centre.close();
            if (site != null) {
                site.close();
            }
        }
    }

    private void awaitEqual() {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(300)).untilAsserted(() -> {
            assertThat(CatalogContents.entities(sitePorts, AuthKey.GUEST))
                    .as("seed %d", SEED)
                    .isNotEmpty()
                    .isEqualTo(CatalogContents.entities(centrePorts, AuthKey.GUEST));
            assertThat(CatalogContents.feeds(sitePorts, AuthKey.GUEST))
                    .as("seed %d", SEED)
                    .isEqualTo(CatalogContents.feeds(centrePorts, AuthKey.GUEST));
        });
    }

    private void assertNothingLost(SiteProcess site) throws IOException {
        try (FluxClient database = site.database()) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(
                                    StoredPoints.read(database, DATACENTER).found(ledger.acknowledgedReadings()))
                            .isEqualTo(ledger.acknowledgedReadings().size()));
            assertThat(StoredPoints.read(database, DATACENTER).duplicates()).isZero();
        }
    }

    private SiteProcess centre() throws IOException {
        String yaml = TestSites.yaml(folder.resolve("centre/data"), centrePorts)
                        .replace("site: {", "site: {id: central, central: true, ")
                + "sample: {install: true, topic: test}\n";
        return SiteProcess.start(folder.resolve("centre"), centrePorts, yaml, Map.of());
    }

    private SiteProcess site(UnsteadyNetwork network, String token) throws IOException {
        String yaml = TestSites.yaml(folder.resolve("site/data"), sitePorts).replaceAll("(?m)^catalog: .*\n", "")
                + "catalog: {url: 'http://127.0.0.1:" + network.port() + "'}\n";
        return SiteProcess.start(folder.resolve("site"), sitePorts, yaml, Map.of("FOGWHISK_CATALOG_TOKEN", token));
    }

    private String token() {
        try (SiteTokens tokens = new SiteTokens("test", folder.resolve("centre/data"), Clock.systemUTC())) {
            return tokens.add("dc-1");
        }
    }

    /** Until something was counted up to so many times more. */
    private void awaitMore(LongSupplier count, int most) {
        long enough = count.getAsLong() + random.nextInt(most) + 1;
        await().atMost(LIMIT).until(() -> count.getAsLong() >= enough);
    }
}
