package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.http.HttpHost;
import io.fogwhisk.base.http.HttpRole;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.influx.catalog.Catalog;
import io.fogwhisk.influx.catalog.ConfiguredBucket;
import io.fogwhisk.influx.retention.DiskLimit;
import io.fogwhisk.influx.store.PointStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client sees when the database is gone or too many queries wait. */
class UnavailableTest {

    private static final String QUERY = "{\"query\":\"from(bucket: \\\"b\\\") |> range(start: -1h)\"}";

    private final HttpHost http = new HttpHost();

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        http.start();
    }

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void answersUnavailableSoThatTheClientTriesAgain() throws Exception {
        String url = serve(Runnable::run);

        assertThat(post(url + "/api/v2/write?org=o&bucket=b", "m value=1 1"))
                .satisfies(response -> assertThat(response.statusCode()).isEqualTo(503))
                .satisfies(response -> assertThat(response.body())
                        .startsWith("{\"code\":\"unavailable\",\"message\":\"database ")
                        .contains("is closed"));
        assertThat(post(url + "/api/v2/query?org=o", QUERY))
                .satisfies(response -> assertThat(response.statusCode()).isEqualTo(503))
                .satisfies(response -> assertThat(response.body()).contains("is closed"));
    }

    @Test
    void answersUnavailableWhenTooManyQueriesWait() throws Exception {
        String url = serve(task -> {
            throw new RejectedExecutionException("full");
        });

        HttpResponse<String> response = post(url + "/api/v2/query?org=o", QUERY);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("too many queries are waiting");
    }

    private String serve(Executor queries) {
        PointStore closed = new PointStore("test-commit", folder.resolve("readings.db"), Duration.ZERO);
        Catalog catalog = new Catalog(
                folder.resolve("influx.db"),
                "o",
                List.of(ConfiguredBucket.named("b")),
                "t",
                List.of(),
                Clock.systemUTC());
        catalog.start();
        InfluxApi api = new InfluxApi(
                catalog,
                closed,
                new DiskLimit(OptionalLong.empty(), closed, folder),
                new Metrics(new SimpleMeterRegistry(), "test"),
                Clock.systemUTC(),
                new InfluxApi.Threads(queries, Duration.ofSeconds(30), Runnable::run, Runnable::run),
                WriteLimits.DEFAULT);
        return "http://127.0.0.1:"
                + http.open(new HttpRole("test", "127.0.0.1", 0, api::routes)).number();
    }

    private static HttpResponse<String> post(String url, String body) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url))
                                .timeout(Duration.ofSeconds(30))
                                .header("Authorization", "Token t")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
