package io.fogwhisk.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A second real server of the InfluxDB 2 write API: Debian's VictoriaMetrics, in a process of its own. */
public final class VictoriaMetrics implements AutoCloseable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path folder;
    private final int port;
    private Process process;

    private VictoriaMetrics(Path folder, int port) throws IOException {
        this.folder = folder;
        this.port = port;
        this.process = launch();
    }

    /** Starts one; where it is not installed the test is skipped, on the build server it fails. */
    public static VictoriaMetrics start(Path folder) throws IOException {
        VictoriaMetrics started = new VictoriaMetrics(folder, freePort());
        await().atMost(Duration.ofSeconds(30)).until(started::listens);
        return started;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private Process launch() throws IOException {
        try {
            return new ProcessBuilder(
                            "victoria-metrics",
                            "-storageDataPath=" + folder.resolve("victoria"),
                            "-httpListenAddr=127.0.0.1:" + port,
                            "-retentionPeriod=100y",
                            "-memory.allowedBytes=64MB")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("victoria.log").toFile())
                    .start();
        } catch (IOException e) {
            String why = "victoria-metrics is not installed (Debian's package of that name)";
            if (System.getenv().getOrDefault("CI", "").equals("true")) {
                fail(why + ", and the build server must not skip a test");
            }
            abort(why);
            throw e;
        }
    }

    /** Where its API is. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Ends the process; it confirms points that it holds in memory, so that killing it would lose them. */
    public void down() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    /** Starts it again on its data. */
    public void again() throws IOException {
        process = launch();
        await().atMost(Duration.ofSeconds(30)).until(this::listens);
    }

    /** The series that match, one a line, as JSON with all values and times in milliseconds. */
    public List<String> export(String match) throws IOException, InterruptedException {
        get("/internal/force_flush");
        return get("/api/v1/export?match=" + URLEncoder.encode(match, StandardCharsets.UTF_8))
                .lines()
                .sorted()
                .toList();
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
