package io.fogwhisk.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.Network;

/** The image as it is shipped: made, loaded into an engine, and run as a site and a centre. */
@Tag("container")
class ImageTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String VERSION = "test";
    private static final String CENTRE_TOKEN = "a-token-of-the-centre-for-tests";
    private static final String SITE_TOKEN = "a-token-of-the-site-for-tests";
    private static final String WRITER_TOKEN = "a-token-that-only-writes-aggregates";
    private static final String FOLLOWER_TOKEN = "fwt_" + "A".repeat(43);
    private static final String AGGREGATED = "from(bucket: \"aggregates\") |> range(start: 2020-01-01T00:00:00Z)"
            + " |> filter(fn: (r) => r._measurement == \"temperature\" and r._field == \"count\") |> group() |> sum()"
            + " |> keep(columns: [\"_value\"])";

    /** Short windows, computed again each second for as long as a reading of a test may be late. */
    private static final Map<String, String> PIPELINE = Map.of(
            "FOGWHISK_SAMPLE_WINDOW", "2s",
            "FOGWHISK_SAMPLE_LATENESS", "60s",
            "FOGWHISK_SAMPLE_CRON", "* * * * * *");

    private static Optional<Engine> loaded = Optional.empty();
    private static Path archive = Path.of("");

    @BeforeAll
    static void make() throws IOException {
        Path target = Path.of("target").toAbsolutePath();
        archive = target.resolve("tested.tar");
        new ImageBuild(plan(Path.of("../launcher/target/lib"), target, archive), line -> {}).make();
        loaded = Optional.of(Engine.with(archive, "fogwhisk:" + VERSION));
    }

    @AfterAll
    static void remove() {
        loaded.ifPresent(Engine::close);
    }

    @Test
    void theSameJarsMakeTheSameImageInAnotherFolderAtAnotherTime(@TempDir Path elsewhere) throws IOException {
        Path jars = Files.createDirectory(elsewhere.resolve("jars"));
        for (Path jar : new FileTree(Path.of("../launcher/target/lib")).files()) {
            Path copy = Files.copy(jar, jars.resolve(jar.getFileName()));
            Files.setLastModifiedTime(copy, FileTime.from(Instant.EPOCH));
        }
        Path again = elsewhere.resolve("again.tar");

        new ImageBuild(plan(jars, elsewhere.resolve("work"), again), line -> {}).make();

        assertThat(Files.mismatch(archive, again)).isEqualTo(-1L);
    }

    @Test
    void aSiteWhoseLinkIsCutStoresOnAndTheCentreHasEveryAggregateOnceItIsHealed() throws Exception {
        Engine engine = loaded.orElseThrow();
        String siteVolume = engine.volume();
        String centreVolume = engine.volume();
        try (Network siteNetwork = Network.newNetwork();
                Network centreNetwork = Network.newNetwork();
                Network link = link();
                Role centre = centre(engine, centreVolume, centreNetwork);
                Role site = follower(engine, siteVolume, siteNetwork)) {
            centre.start();
            site.start();
            engine.connect(centre, link);
            engine.connect(site, link);
            try (Sensor sensor = Sensor.of(site)) {
                await().atMost(LIMIT).until(() -> {
                    sensor.probe();
                    return site.number(stored("probe")) > 0;
                });
                sensor.publish(200);
                await().atMost(LIMIT)
                        .untilAsserted(
                                () -> assertThat(centre.number(AGGREGATED)).isPositive());

                engine.disconnect(site, link);
                sensor.publish(200);

                await().atMost(LIMIT)
                        .untilAsserted(() ->
                                assertThat(site.number(stored("temperature"))).isEqualTo(sensor.acknowledged()));
                assertThat(site.readiness()).isEqualTo(200);
                assertThat(centre.number(AGGREGATED)).isLessThan(sensor.acknowledged());

                engine.connect(site, link);

                await().atMost(LIMIT)
                        .untilAsserted(
                                () -> assertThat(centre.number(AGGREGATED)).isEqualTo(sensor.acknowledged()));
            }
        } finally {
            engine.remove(siteVolume);
            engine.remove(centreVolume);
        }
    }

    @Test
    void aSiteThatIsToldToEndUnderLoadLosesNothingThatItAcknowledged() throws Exception {
        Engine engine = loaded.orElseThrow();
        String volume = engine.volume();
        ExecutorService publisher = Executors.newSingleThreadExecutor();
        try (Network network = Network.newNetwork()) {
            long acknowledged;
            try (Role site = new Role(engine, "dc-1", SITE_TOKEN, volume, network)) {
                site.start();
                Sensor sensor = Sensor.of(site);
                Future<?> published = publisher.submit(() -> sensor.publish(Integer.MAX_VALUE));
                await().atMost(LIMIT).until(() -> sensor.acknowledged() > 500);

                long code = engine.terminate(site);

                assertThat(code).as("SIGTERM").isEqualTo(143);
                await().atMost(LIMIT).until(published::isDone);
                acknowledged = sensor.acknowledged();
            }
            try (Role site = new Role(engine, "dc-1", SITE_TOKEN, volume, network)) {
                site.start();

                await().atMost(LIMIT)
                        .untilAsserted(() ->
                                assertThat(site.number(stored("temperature"))).isGreaterThanOrEqualTo(acknowledged));
            }
        } finally {
            publisher.shutdownNow();
            assertThat(publisher.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            engine.remove(volume);
        }
    }

    /** Not a way out to this machine: containers keep the ports that they have here while they come and go. */
    private static Network link() {
        return Network.builder()
                .createNetworkCmdModifier(command -> command.withInternal(true))
                .build();
    }

    /** Declares the sample pipeline for those who follow its catalogue. */
    private static Role centre(Engine engine, String volume, Network network) {
        return new Role(engine, "central", CENTRE_TOKEN, volume, network)
                .withEnv(PIPELINE)
                .withEnv(Map.of(
                        "FOGWHISK_SITE_CENTRAL",
                        "true",
                        "FOGWHISK_SAMPLE_INSTALL",
                        "true",
                        "FOGWHISK_INFLUX_WRITERS",
                        "dc-1=" + WRITER_TOKEN,
                        "FOGWHISK_CATALOG_SITES",
                        "dc-1=" + FOLLOWER_TOKEN));
    }

    private static Role follower(Engine engine, String volume, Network network) {
        return new Role(engine, "dc-1", SITE_TOKEN, volume, network)
                .withEnv(Map.of(
                        "FOGWHISK_INFLUX_CENTRAL_URL",
                        "http://central:8086",
                        "FOGWHISK_INFLUX_CENTRAL_TOKEN",
                        WRITER_TOKEN,
                        "FOGWHISK_CATALOG_URL",
                        "http://central:5984",
                        "FOGWHISK_CATALOG_TOKEN",
                        FOLLOWER_TOKEN));
    }

    /** How many readings of a quantity are in the site's database. */
    private static String stored(String quantity) {
        return "from(bucket: \"measure\") |> range(start: 2020-01-01T00:00:00Z)"
                + " |> filter(fn: (r) => r._measurement == \"" + quantity + "\") |> group() |> count()"
                + " |> keep(columns: [\"_value\"])";
    }

    private static ImagePlan plan(Path jars, Path work, Path output) {
        if (!Files.isDirectory(jars)) {
            Engine.absent("no jars in " + jars + " (mvn package)");
        }
        return new ImagePlan(
                VERSION,
                jars,
                work,
                Architecture.ofThisMachine(),
                Path.of(System.getProperty("java.home")),
                List.of(),
                "scratch",
                Optional.empty(),
                Optional.of(output));
    }
}
