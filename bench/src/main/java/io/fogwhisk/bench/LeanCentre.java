package io.fogwhisk.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** FogWhisk's own InfluxDB as the centre. */
final class LeanCentre implements Centre {

    /** Its column in the answer to a count: after the empty ones of annotation and result, and the table. */
    private static final int VALUE = 3;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder;
    private final int port = Centre.freePort();
    private @Nullable LoneInflux influx;

    LeanCentre(Path folder) {
        this.folder = folder;
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public String token() {
        return LoneInflux.TOKEN;
    }

    @Override
    public void open() {
        influx = new LoneInflux(folder, port, "");
    }

    @Override
    public Process process() {
        if (influx == null) {
            throw new BenchException("the centre is away");
        }
        return influx.process();
    }

    @Override
    public long stored(Instant from, Instant to) {
        String count = "from(bucket: \"" + LoneInflux.BUCKET + "\") |> range(start: " + from + ", stop: " + to
                + ") |> filter(fn: (r) => r._field == \"avg\") |> count() |> group() |> sum()"
                + " |> keep(columns: [\"_value\"])";
        String csv = Centre.answer(
                http,
                HttpRequest.newBuilder(URI.create(url() + "/api/v2/query?org=" + LoneInflux.ORG))
                        .header("Authorization", "Token " + LoneInflux.TOKEN)
                        .header("Content-Type", "application/vnd.flux")
                        .POST(HttpRequest.BodyPublishers.ofString(count)));
        return csv.lines()
                .filter(line -> line.startsWith(",") && !line.startsWith(",result,"))
                .mapToLong(line -> Long.parseLong(line.split(",", -1)[VALUE]))
                .sum();
    }

    @Override
    public void close() {
        if (influx != null) {
            influx.close();
        }
    }
}
