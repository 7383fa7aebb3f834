package io.fogwhisk.influx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * What any InfluxDB 2 does, whoever made it.
 *
 * @param url of the server
 * @param org of the bucket, by name
 * @param bucket empty
 * @param token that may read and write it
 */
record InfluxContract(String url, String org, String bucket, String token) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    void check() throws IOException, InterruptedException {
        isThere();
        readsBackWhatWasWritten();
        saysWhatIsWrong();
        deletes();
    }

    private void isThere() throws IOException, InterruptedException {
        assertThat(get("/ping").statusCode()).isEqualTo(204);
        assertThat(get("/ping").headers().firstValue("X-Influxdb-Version")).isPresent();
        assertThat(get("/health").body()).contains("\"status\":\"pass\"");
        assertThat(get("/api/v2/setup").body().replaceAll("\\s", "")).contains("\"allowed\":false");
    }

    private void readsBackWhatWasWritten() throws IOException, InterruptedException {
        assertThat(write("s", "contract,t=a\\ b f=1.5,i=2i,s=\"x,\\\"y\\\"\",b=true 1767225600")
                        .statusCode())
                .isEqualTo(204);
        assertThat(write("ms", "contract,t=a\\ b f=2.5 1767225600001").statusCode())
                .isEqualTo(204);
        assertThat(query("from(bucket: \\\"" + bucket + "\\\") |> range(start: 2026-01-01T00:00:00Z, stop:"
                                + " 2026-01-02T00:00:00Z) |> filter(fn: (r) => r._field == \\\"f\\\") |> sum()")
                        .body())
                .startsWith("#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,")
                .contains(
                        "\r\n#group,false,false,true,true,",
                        "\r\n#default,_result,,",
                        "\r\n,result,table,_start,_stop,")
                .contains("\r\n,,0,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,")
                .contains(",4", ",f,contract,a b")
                .endsWith("\r\n\r\n");
        assertThat(query("from(bucket: \\\"" + bucket + "\\\") |> range(start: 2026-01-01T00:00:00Z, stop:"
                                + " 2026-01-02T00:00:00Z) |> filter(fn: (r) => r._field == \\\"s\\\")")
                        .body())
                .contains(",2026-01-01T00:00:00Z,\"x,\"\"y\"\"\",s,contract,a b\r\n");
    }

    private void saysWhatIsWrong() throws IOException, InterruptedException {
        assertThat(write("s", "contract f=")).satisfies(response -> {
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body())
                    .contains("\"code\":\"invalid\"")
                    .contains("unable to parse 'contract f=': missing field value");
        });
        assertThat(write("s", "contract,t=a\\ b f=1i 1767225600")).satisfies(response -> {
            assertThat(response.statusCode()).isEqualTo(422);
            assertThat(response.body())
                    .contains("\"code\":\"unprocessable entity\"")
                    .contains("failure writing points to database: partial write:")
                    .contains(
                            "field type conflict: input field \\\"f\\\" on measurement \\\"contract\\\" is type integer,"
                                    + " already exists as type float")
                    .contains("dropped=1");
        });
        assertThat(write("fortnights", "contract f=1 1").statusCode()).isEqualTo(400);
        assertThat(query("from(bucket: \\\"absent\\\") |> range(start: -1h)")).satisfies(response -> {
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("could not find bucket \\\"absent\\\"");
        });
        assertThat(query("from(bucket: \\\"" + bucket + "\\\")").statusCode()).isBetween(400, 499);
        HttpResponse<String> stranger = send(request("/api/v2/buckets").header("Authorization", "Token wrong"));
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.body().replaceAll("\\s*([{:,}])\\s*", "$1"))
                .isEqualTo("{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}");
    }

    private void deletes() throws IOException, InterruptedException {
        HttpResponse<String> deleted = send(request("/api/v2/delete?org=" + org + "&bucket=" + bucket)
                .header("Authorization", "Token " + token)
                .POST(HttpRequest.BodyPublishers.ofString("{\"start\":\"2026-01-01T00:00:00Z\",\"stop\":"
                        + "\"2026-01-02T00:00:00Z\",\"predicate\":\"_measurement=\\\"contract\\\"\"}")));
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(query("from(bucket: \\\"" + bucket + "\\\") |> range(start: 2026-01-01T00:00:00Z)")
                        .body())
                .isBlank();
    }

    private HttpResponse<String> write(String precision, String lines) throws IOException, InterruptedException {
        return send(request("/api/v2/write?org=" + org + "&bucket=" + bucket + "&precision=" + precision)
                .header("Authorization", "Token " + token)
                .POST(HttpRequest.BodyPublishers.ofString(lines)));
    }

    private HttpResponse<String> query(String script) throws IOException, InterruptedException {
        return send(request("/api/v2/query?org=" + org)
                .header("Authorization", "Token " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"" + script
                        + "\",\"type\":\"flux\",\"dialect\":{\"annotations\":[\"datatype\",\"group\",\"default\"]}}")));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(60));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
