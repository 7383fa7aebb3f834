package io.fogwhisk.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** VictoriaMetrics as the centre: another server of the write API, which does not replace a point that comes twice. */
final class VictoriaCentre implements Centre {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern VALUE = Pattern.compile("\"value\":\\[[^,]*,\"(\\d+)\"");

    private final HttpClient http = HttpClient.newHttpClient();
    private final String program;
    private final Path folder;
    private final int port = Centre.freePort();
    private @Nullable Process process;

    /**
     * A centre that is away.
     *
     * @param program the path or name of VictoriaMetrics
     */
    VictoriaCentre(String program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public String token() {
        return "";
    }

    @Override
    public void open() {
        try {
            process = new ProcessBuilder(
                            program,
                            "-storageDataPath=" + folder,
                            "-httpListenAddr=127.0.0.1:" + port,
                            "-retentionPeriod=100y")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolveSibling("victoria.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new BenchException("cannot run " + program + ": " + e.getMessage(), e);
        }
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new BenchException(program + " did not start; see " + folder.resolveSibling("victoria.log"));
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public Process process() {
        if (process == null) {
            throw new BenchException("the centre is away");
        }
        return process;
    }

    @Override
    public long stored(Instant from, Instant to) {
        Centre.answer(http, HttpRequest.newBuilder(URI.create(url() + "/internal/force_flush")));
        // Its windows are open at the start and closed at the end.
        String query =
                "sum(count_over_time(humidity_avg[" + Duration.between(from, to).toMillis() + "ms]))";
        String answer = Centre.answer(
                http,
                HttpRequest.newBuilder(URI.create(url() + "/api/v1/query?nocache=1&query="
                        + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&time="
                        + to.minusMillis(1).toEpochMilli() / 1e3)));
        Matcher value = VALUE.matcher(answer);
        return value.find() ? Long.parseLong(value.group(1)) : 0;
    }

    @Override
    public void close() {
        if (process != null) {
            RoleProcesses.end(process);
        }
    }
}
