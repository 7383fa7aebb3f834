package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.RunningInflux;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The write API of InfluxDB 1, as InfluxDB 2 has it. */
class Version1Test {

    private RunningInflux influx;

    @BeforeEach
    void start(@TempDir Path folder) {
        influx = new RunningInflux(folder);
    }

    @AfterEach
    void close() {
        influx.close();
    }

    @ParameterizedTest
    @CsvSource({
        "n, 3600000000000, 1970-01-01T01:00:00Z",
        "ns, 1, 1970-01-01T00:00:00.000000001Z",
        "u, 1, 1970-01-01T00:00:00.000001Z",
        "ms, 1, 1970-01-01T00:00:00.001Z",
        "s, 1, 1970-01-01T00:00:01Z",
        "m, 1, 1970-01-01T00:01:00Z",
        "h, 1, 1970-01-01T01:00:00Z"
    })
    void knowsThePrecisions(String precision, String time, String stored) {
        assertThat(write("db=measure&precision=" + precision, "m value=1 " + time, "Token " + RunningInflux.TOKEN)
                        .statusCode())
                .isEqualTo(204);

        assertThat(influx.query("from(bucket: \"measure\") |> range(start: 0)").body())
                .contains("," + stored + ",1,");
    }

    @Test
    void takesATokenAsThePassword() {
        String basic = "Basic "
                + Base64.getEncoder().encodeToString(("me:" + RunningInflux.TOKEN).getBytes(StandardCharsets.UTF_8));

        assertThat(write("db=measure", "m value=1", basic).statusCode()).isEqualTo(204);
        assertThat(write("db=measure", "m value=1", "Token me:" + RunningInflux.TOKEN)
                        .statusCode())
                .isEqualTo(204);
        assertThat(write("db=measure&u=me&p=" + RunningInflux.TOKEN, "m value=1", "none")
                        .statusCode())
                .isEqualTo(204);
        assertThat(write("db=measure&u=me&p=wrong", "m value=1", "none").statusCode())
                .isEqualTo(401);
        assertThat(write("db=measure", "m value=1", "Basic !").statusCode()).isEqualTo(401);
        assertThat(write("db=measure", "m value=1", "none").body())
                .isEqualTo("{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "db=measure, 204",
        "db=measure&rp=autogen, 204",
        "db=measure&rp=other, 404",
        "db=none, 404",
        "rp=autogen, 400",
        "db=measure&precision=d, 400"
    })
    void findsTheBucketOfADatabase(String query, int status) {
        assertThat(write(query, "m value=1", "Token " + RunningInflux.TOKEN).statusCode())
                .isEqualTo(status);
    }

    @Test
    void servesNoInfluxQl() {
        assertThat(influx.get("/query?q=SHOW+DATABASES").statusCode()).isEqualTo(404);
        assertThat(influx.get("/query?q=SHOW+DATABASES").body()).contains("InfluxQL is not served here");
    }

    private HttpResponse<String> write(String query, String lines, String authorization) {
        return influx.send(HttpRequest.newBuilder(URI.create(influx.url() + "/write?" + query))
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofString(lines)));
    }
}
