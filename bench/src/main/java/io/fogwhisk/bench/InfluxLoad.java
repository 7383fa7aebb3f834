package io.fogwhisk.bench;

import io.fogwhisk.base.lifecycle.NamedThreads;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Loads an InfluxDB of its own, in a process of its own, over HTTP: how many points per second it stores, how long the
 * queries of a dashboard and of a daily aggregate take over all of them, and what it holds in memory meanwhile.
 */
@Command(
        name = "influx",
        description = "Starts the InfluxDB alone, writes a day of readings over HTTP, and queries them.",
        mixinStandardHelpOptions = true)
final class InfluxLoad implements Callable<Integer> {

    private static final Instant DAY = Instant.parse("2026-03-02T00:00:00Z");
    private static final long DAY_MILLIS = 86_400_000;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** Its column in the answer to a count: after the empty ones of annotation and result, the table, and the bounds. */
    private static final int VALUE = 5;

    private final HttpClient http = HttpClient.newHttpClient();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--points", defaultValue = "10000000", description = "default ${DEFAULT-VALUE}")
    private int points;

    @Option(names = "--series", defaultValue = "1000", description = "default ${DEFAULT-VALUE}")
    private int series;

    @Option(names = "--batch", defaultValue = "5000", description = "points per request (default ${DEFAULT-VALUE})")
    private int batch;

    @Option(names = "--connections", defaultValue = "2", description = "default ${DEFAULT-VALUE}")
    private int connections;

    @Option(
            names = "--queries",
            defaultValue = "9",
            description = "of each kind, after two more (default ${DEFAULT-VALUE})")
    private int queries;

    @Option(names = "--java-options", defaultValue = "", description = "of the InfluxDB, besides those of the script")
    private String javaOptions = "";

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("fogwhisk-bench-influx-");
        try (LoneInflux influx = new LoneInflux(folder, javaOptions)) {
            ingest(influx);
            long stored = stored(influx);
            if (stored != points) {
                throw new BenchException(stored + " of " + points + " points are stored");
            }
            out().printf(Locale.ROOT, "files %.1f MB%n", size(folder) / 1e6);
            String window = "from(bucket: \"" + LoneInflux.BUCKET + "\") |> range(start: 2026-03-02T12:00:00Z, stop:"
                    + " 2026-03-02T12:30:00Z) |> filter(fn: (r) => r._measurement == \"temperature\" and r._field =="
                    + " \"value\")";
            query(influx, "30 minutes, mean per series", window + " |> mean()");
            query(
                    influx,
                    "30 minutes, mean per 10 minutes and series",
                    window + " |> aggregateWindow(every: 10m, fn: mean, createEmpty: false)");
            query(
                    influx,
                    "the day, mean per day and series",
                    "from(bucket: \"" + LoneInflux.BUCKET + "\") |> range(start: 2026-03-02T00:00:00Z, stop:"
                            + " 2026-03-03T00:00:00Z) |> filter(fn: (r) => r._measurement == \"temperature\")"
                            + " |> aggregateWindow(every: 1d, fn: mean, createEmpty: false)");
            query(influx, "last value per series", window.replace("12:30", "23:59") + " |> last()");
            out().printf("resident after the queries %s%n", resident(influx));
        }
        out().flush();
        return 0;
    }

    private void ingest(LoneInflux influx) {
        int requests = (points + batch - 1) / batch;
        AtomicInteger next = new AtomicInteger();
        long[] nanos = new long[requests];
        ExecutorService clients = Executors.newFixedThreadPool(connections, NamedThreads.pool("bench-influx"));
        Duration cpu = RoleProcesses.cpu(influx.process());
        long begin = System.nanoTime();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            running.add(clients.submit(() -> write(influx.url(), next, nanos)));
        }
        for (Future<?> one : running) {
            await(one);
        }
        clients.shutdown();
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(nanos);
        out().printf(
                        Locale.ROOT,
                        "%d points in %.1f s: %.0f/s over %d connections, %.2f us of the InfluxDB's processor per point%n",
                        points,
                        seconds,
                        points / seconds,
                        connections,
                        RoleProcesses.cpu(influx.process()).minus(cpu).toNanos() / 1e3 / points);
        out().printf(
                        Locale.ROOT,
                        "requests p50 %.1f ms, p99 %.1f ms, max %.1f ms; resident %s%n",
                        nanos[requests / 2] / 1e6,
                        nanos[requests * 99 / 100] / 1e6,
                        nanos[requests - 1] / 1e6,
                        resident(influx));
        out().flush();
    }

    /** One connection: takes the next batch until there is none. */
    private void write(URI url, AtomicInteger next, long[] nanos) {
        byte[] head = ("POST /api/v2/write?org=" + LoneInflux.ORG + "&bucket=" + LoneInflux.BUCKET
                        + "&precision=ms HTTP/1.1\r\nHost: bench\r\nAuthorization: Token " + LoneInflux.TOKEN
                        + "\r\nContent-Type: text/plain\r\nContent-Length: 0000000000\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        DayOfReadings day = new DayOfReadings(head, DAY.toEpochMilli(), DAY_MILLIS, points, series);
        try (HttpLine line = new HttpLine(url)) {
            for (int number = next.getAndIncrement(); number < nanos.length; number = next.getAndIncrement()) {
                byte[] request = day.request((long) number * batch, Math.min(points, (number + 1L) * batch));
                long begin = System.nanoTime();
                int status = line.send(request);
                nanos[number] = System.nanoTime() - begin;
                if (status != 204) {
                    throw new BenchException("a write was answered with " + status + ": " + line.body());
                }
            }
        }
    }

    /** What the database counts itself, so that a figure is only for points that are there. */
    private long stored(LoneInflux influx) {
        String count = "from(bucket: \"" + LoneInflux.BUCKET + "\") |> range(start: 2026-03-02T00:00:00Z, stop:"
                + " 2026-03-04T00:00:00Z) |> count()";
        return rows(answer(influx, count)).stream()
                .mapToLong(row -> Long.parseLong(row.get(VALUE)))
                .sum();
    }

    private void query(LoneInflux influx, String name, String script) {
        long[] nanos = new long[queries];
        int rows = 0;
        for (int i = -2; i < queries; i++) {
            long begin = System.nanoTime();
            String answer = answer(influx, script);
            if (i >= 0) {
                nanos[i] = System.nanoTime() - begin;
            }
            rows = rows(answer).size();
        }
        Arrays.sort(nanos);
        out().printf(
                        Locale.ROOT,
                        "%s: p50 %.0f ms, max %.0f ms, %d rows%n",
                        name,
                        nanos[queries / 2] / 1e6,
                        nanos[queries - 1] / 1e6,
                        rows);
        out().flush();
    }

    private String answer(LoneInflux influx, String script) {
        HttpRequest request = HttpRequest.newBuilder(influx.url().resolve("/api/v2/query?org=" + LoneInflux.ORG))
                .header("Authorization", "Token " + LoneInflux.TOKEN)
                .header("Content-Type", "application/vnd.flux")
                .timeout(LIMIT)
                .POST(HttpRequest.BodyPublishers.ofString(script))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new BenchException("a query was answered with " + answer.statusCode() + ": " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new BenchException("a query broke: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** The rows of annotated CSV whose values hold no comma. */
    private static List<List<String>> rows(String csv) {
        return csv.lines()
                .filter(line -> line.startsWith(",") && !line.startsWith(",result,"))
                .map(line -> List.of(line.split(",", -1)))
                .toList();
    }

    private static String resident(LoneInflux influx) {
        return ResidentMemory.text(ResidentMemory.of(influx.process().pid()));
    }

    private static long size(Path folder) throws IOException {
        long size = 0;
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                size += Files.size(file);
            }
        }
        return size;
    }

    private static void await(Future<?> client) {
        try {
            client.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new BenchException(
                    "writing failed: "
                            + (e.getCause() == null ? e : e.getCause().getMessage()),
                    e);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
