package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.influx.RunningInflux;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteTest {

    private static final String WRITE = "/api/v2/write?org=influxdata&bucket=measure&precision=s";
    private static final String ALL = "from(bucket: \"measure\") |> range(start: 0)";

    private static final int VALUE = 6;

    private RunningInflux influx;

    @BeforeEach
    void start(@TempDir Path folder) {
        influx = new RunningInflux(folder);
    }

    @AfterEach
    void close() {
        influx.close();
    }

    @Test
    void answersWithNothingWhenAllPointsAreStored() {
        HttpResponse<String> response = influx.write("m value=1 1\nm value=2 2\n");

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertThat(influx.count(Meter.INFLUX_POINTS)).isEqualTo(2);
        assertThat(influx.count(Meter.INFLUX_REJECTED)).isZero();
    }

    @Test
    void storesTheGoodLinesAndNamesTheBadOnes() {
        HttpResponse<String> response = influx.write("m value=1 1\nm value=\n# comment\nm,x value=2\nm value=3 3");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("\"code\":\"invalid\"")
                .contains("partial write: line 2: unable to parse 'm value=': missing field value")
                .contains("line 4: unable to parse 'm,x value=2': missing tag value")
                .contains("dropped=2\"")
                .contains("\"line\":2");
        assertThat(values(ALL)).containsExactly("1", "3");
        assertThat(influx.count(Meter.INFLUX_POINTS)).isEqualTo(2);
        assertThat(influx.count(Meter.INFLUX_REJECTED)).isEqualTo(2);
    }

    @Test
    void namesAndCountsEveryLineThatAnOpenQuoteTookAlong() {
        HttpResponse<String> response = influx.write("m value=1 1\nm text=\"open 2\nm text=\"closed\" 3\nm value=4 4");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("lines 2 to 3: unable to parse 'm text=")
                .contains("dropped=2\"");
        assertThat(values(ALL)).containsExactly("1", "4");
        assertThat(influx.count(Meter.INFLUX_REJECTED)).isEqualTo(2);
    }

    @Test
    void refusesAPointWhoseFieldHasAnotherType() {
        assertThat(influx.write("m value=1 1").statusCode()).isEqualTo(204);

        HttpResponse<String> response = influx.write("m value=2 2\nm value=3i,other=1 3\nm value=4 4");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body())
                .contains("\"code\":\"unprocessable entity\"")
                .contains(
                        "failure writing points to database: partial write: line 2: field type conflict: input field"
                                + " \\\"value\\\" on measurement \\\"m\\\" is type integer, already exists as type float dropped=1");
        assertThat(values(ALL)).containsExactly("1", "2", "4");
    }

    @Test
    void refusesTypesThatDifferWithinOneRequest() {
        HttpResponse<String> response = influx.write("m value=true 1\nm value=2 2\nother value=2 2");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(values(ALL)).containsExactly("true", "2");
    }

    @Test
    void readsGzip() throws IOException {
        HttpResponse<String> response =
                influx.post(WRITE, gzip("m value=1 1\n".repeat(10) + "m value=7 2"), "Content-Encoding", "gzip");

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(values(ALL)).containsExactly("1", "7");
    }

    @Test
    void refusesWhatIsNotGzip() {
        HttpResponse<String> response = influx.post(WRITE, bytes("m value=1 1"), "Content-Encoding", "gzip");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("the body is not gzip");
    }

    @Test
    void refusesABodyThatIsTooLargeOnceItIsUnpacked() throws IOException {
        HttpResponse<String> response =
                influx.post(WRITE, gzip(" ".repeat((50 << 20) + 1)), "Content-Encoding", "gzip");

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("\"code\":\"request too large\"").contains("50 MiB");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "org=influxdata&bucket=none; 404; bucket \\\"none\\\" not found",
                "org=influxdata; 404; bucket \\\"\\\" not found",
                "org=nobody&bucket=measure; 404; organization name \\\"nobody\\\" not found",
                "bucket=measure; 400; please provide either orgID or org",
                "org=influxdata&bucket=measure&precision=m; 400; invalid precision"
            },
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '`')
    void saysWhatOfTheAddressIsWrong(String query, int status, String message) {
        HttpResponse<String> response = influx.post("/api/v2/write?" + query, bytes("m value=1 1"));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(message);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# only a comment"})
    void refusesABodyWithoutPoints(String body) {
        HttpResponse<String> response = influx.write(body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("writing requires points");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Token wrong", "Token ", "Basic a-token-of-the-test", "a-token-of-the-test", "Bearer"})
    void refusesAWrongToken(String authorization) {
        HttpResponse<String> response = influx.send(HttpRequest.newBuilder(URI.create(influx.url() + WRITE))
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofString("m value=1 1")));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).isEqualTo("{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}");
        assertThat(values(ALL)).isEmpty();
    }

    @Test
    void takesABearerTokenToo() {
        HttpResponse<String> response = influx.send(HttpRequest.newBuilder(URI.create(influx.url() + WRITE))
                .header("Authorization", "Bearer " + RunningInflux.TOKEN)
                .POST(HttpRequest.BodyPublishers.ofString("m value=1 1")));

        assertThat(response.statusCode()).isEqualTo(204);
    }

    @Test
    void keepsBucketsApart() {
        influx.write("m value=1 1");
        influx.post("/api/v2/write?org=influxdata&bucket=aggregates&precision=s", bytes("m value=true 1"));

        assertThat(values(ALL)).containsExactly("1");
        assertThat(values("from(bucket: \"aggregates\") |> range(start: 0)")).containsExactly("true");
    }

    @Test
    void saysThatAPathOrAMethodIsUnknown() {
        assertThat(influx.get("/api/v2/write").statusCode()).isEqualTo(405);
        assertThat(influx.get("/api/v2/nothing").body())
                .isEqualTo("{\"code\":\"not found\",\"message\":\"path not found\"}");
    }

    private List<String> values(String script) {
        return influx.query(script)
                .body()
                .lines()
                .filter(line -> line.startsWith(",,"))
                .map(line -> line.split(",", -1)[VALUE])
                .toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes(text));
        }
        return packed.toByteArray();
    }
}
