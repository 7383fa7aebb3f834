package io.fogwhisk.influx;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.catalog.ConfiguredBucket;
import io.fogwhisk.influx.http.WriteLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** A server on a free port, and the ways to talk to it. */
public final class RunningInflux implements AutoCloseable {

    public static final String ORG = "influxdata";
    public static final String BUCKET = "measure";
    public static final String OTHER_BUCKET = "aggregates";
    public static final String TOKEN = "a-token-of-the-test";

    private final HttpHost http = new HttpHost();
    private final Metrics metrics = new Metrics(new SimpleMeterRegistry(), "test");
    private final LeanInflux influx;
    private final HttpClient client = HttpClient.newHttpClient();

    public RunningInflux(Path folder) {
        this(folder, Clock.systemUTC(), WriteLimits.DEFAULT, OptionalLong.empty());
    }

    /** A server whose queries may take so long. */
    public RunningInflux(Path folder, Duration queryTime) {
        this(folder, Clock.systemUTC(), WriteLimits.DEFAULT, OptionalLong.empty(), queryTime);
    }

    public RunningInflux(Path folder, Clock clock, WriteLimits limits, OptionalLong maxDisk) {
        this(folder, clock, limits, maxDisk, LeanInfluxConfig.QUERY_TIME);
    }

    private RunningInflux(Path folder, Clock clock, WriteLimits limits, OptionalLong maxDisk, Duration queryTime) {
        influx = new LeanInflux(
                new LeanInfluxConfig(
                        "127.0.0.1",
                        0,
                        folder,
                        ORG,
                        List.of(ConfiguredBucket.named(BUCKET), ConfiguredBucket.named(OTHER_BUCKET)),
                        TOKEN,
                        List.of(),
                        Duration.ofMillis(1),
                        List.of(),
                        maxDisk,
                        queryTime),
                http,
                metrics,
                clock,
                limits);
        http.start();
        influx.start();
    }

    public String url() {
        return influx.url();
    }

    public long count(Meter meter) {
        return metrics.value(meter);
    }

    public InfluxDBClient client() {
        return InfluxDBClientFactory.create(url(), TOKEN.toCharArray(), ORG, BUCKET);
    }

    /** Writes line protocol with timestamps in seconds. */
    public HttpResponse<String> write(String lines) {
        return post(
                "/api/v2/write?org=" + ORG + "&bucket=" + BUCKET + "&precision=s",
                lines.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "text/plain");
    }

    /** Asks for annotated CSV. */
    public HttpResponse<String> query(String script) {
        String json = "{\"query\":\""
                + script.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
                + "\",\"dialect\":{\"annotations\":[\"datatype\",\"group\",\"default\"]}}";
        return post(
                "/api/v2/query?org=" + ORG, json.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
    }

    public HttpResponse<String> post(String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .header("Authorization", "Token " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** Sends JSON with the operator's token. */
    public HttpResponse<String> json(String method, String path, String body) {
        return json(method, path, body, TOKEN);
    }

    /** Sends JSON with a token. */
    public HttpResponse<String> json(String method, String path, String body, String token) {
        return send(HttpRequest.newBuilder(URI.create(url() + path))
                .header("Authorization", "Token " + token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(url() + path)).header("Authorization", "Bearer " + TOKEN));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("no answer from " + url(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        influx.close();
        http.close();
    }
}
