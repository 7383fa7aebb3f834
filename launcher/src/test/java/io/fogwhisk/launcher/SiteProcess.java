package io.fogwhisk.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.launcher.demo.FluxClient;
import io.fogwhisk.launcher.site.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code fogwhisk up} as a child process. */
public final class SiteProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path folder;
    private final Ports ports;

    private SiteProcess(Process process, Path folder, Ports ports) {
        this.process = process;
        this.folder = folder;
        this.ports = ports;
    }

    /**
     * Starts a site, or starts it again, and waits until it is up.
     *
     * @param environment what it is told beside its ports
     */
    static SiteProcess start(Path folder, Ports ports, Map<String, String> environment) throws IOException {
        return start(folder, ports, TestSites.yaml(folder.resolve("data"), ports), environment);
    }

    /**
     * The same with another configuration.
     *
     * @param yaml with the folder {@code data} in the given one as the site's
     */
    public static SiteProcess start(Path folder, Ports ports, String yaml, Map<String, String> environment)
            throws IOException {
        Path config = Files.writeString(folder.resolve("site.yaml"), yaml);
        Path out = folder.resolve("out.txt");
        Files.deleteIfExists(out);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Fogwhisk.class.getName(),
                        "up",
                        "--config",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(process.isAlive()).as(Files.readString(out)).isTrue();
            assertThat(Files.readString(out)).contains("is up after");
        });
        return new SiteProcess(process, folder, ports);
    }

    /** Its own database. */
    public FluxClient database() throws IOException {
        String token = Files.readString(folder.resolve("data/influx.token")).trim();
        return new FluxClient("http://127.0.0.1:" + ports.influx(), "influxdata", token, "measure");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to stop, and does not wait. */
    public void terminate() {
        process.destroy();
    }

    /** Ends it as a power cut would. */
    public void kill() throws InterruptedException {
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
