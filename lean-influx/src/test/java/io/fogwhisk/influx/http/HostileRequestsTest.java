package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fogwhisk.influx.RunningInflux;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that no good client makes, and those that meet a change of what they are about. */
class HostileRequestsTest {

    /** More than the HTTP server collects by itself before it hands a request on. */
    private static final int PART = 70_000;

    private final ObjectMapper json = new ObjectMapper();
    private final List<Socket> sockets = new ArrayList<>();

    @TempDir
    Path folder;

    private RunningInflux influx;

    @BeforeEach
    void start() {
        influx = new RunningInflux(folder);
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        influx.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v2/write?org=influxdata&bucket=%zz, 405",
        "POST, /api/v2/write?org=influxdata&bucket=%zz, 404",
        "POST, /api/v2/write?org=influxdata&bucket=%ff, 404",
        "POST, /api/v2/write?org=influxdata&bucket=measure%00, 404",
        "POST, /api/v2/write?org=influxdata&bucket=measure&precision=%, 400",
        "GET, /api/v2/buckets/%2e%2e/orgs, 400",
        "GET, /api/v2/buckets/a%2fb, 400",
        "GET, /api/v2/buckets/%c3%28, 400",
        "GET, /api/v2/buckets/a;b=c, 404",
        "GET, /api/v2/write, 405",
        "PUT, /api/v2/buckets, 405",
        "OPTIONS, /api/v2/write, 405",
        "TRACE, /api/v2/write, 405",
        "FOO, /api/v2/write, 405",
        "GET, /api/v2/tasks, 404",
        "GET, /api/v3/write, 404",
        "GET, /../../etc/passwd, 400"
    })
    void answersEveryRequestWithAnErrorOfTheApi(String method, String path, int status) throws IOException {
        // When
        String answer = raw(method + " " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Token " + RunningInflux.TOKEN
                + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        // Then
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(json.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4))
                        .path("code")
                        .asText())
                .as(answer)
                .isNotEmpty();
    }

    @Test
    void refusesHeadersThatAreTooLarge() throws IOException {
        String answer = raw("GET /health HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 431 ").contains("{\"code\":\"invalid\"");
    }

    @Test
    void bodiesOfQueriesThatDoNotComeHoldNoMoreThanTheirShare() throws IOException {
        // Given
        for (int i = 0; i < 16; i++) {
            sockets.add(begin("POST /api/v2/query?org=influxdata", 1 << 20));
        }

        // When
        HttpResponse<String> response;
        do {
            sockets.add(begin("POST /api/v2/query?org=influxdata", 1 << 20));
            response = influx.query("from(bucket: \"measure\") |> range(start: 0)");
        } while (response.statusCode() == 200 && sockets.size() < 64);

        // Then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("the queries that are waiting are together too large: try again later");
    }

    @Test
    void aWriteToABucketThatIsDeletedMeanwhileIsNotConfirmed() throws IOException {
        // Given
        Socket slow = begin("POST /api/v2/write?org=influxdata&bucket=measure&precision=s", 2 * PART);
        sockets.add(slow);

        // When
        assertThat(influx.json("DELETE", "/api/v2/buckets/" + idOf("measure"), "")
                        .statusCode())
                .isEqualTo(204);
        slow.getOutputStream().write(("\nm value=1 1\n" + "#".repeat(PART - 13)).getBytes(StandardCharsets.US_ASCII));

        // Then
        assertThat(new String(slow.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 404");
    }

    @Test
    void tokensOfADeletedBucketDoNotOpenTheOneThatComesAfterIt() throws IOException {
        // Given
        String measure = idOf("measure");
        String org = json.readTree(influx.get("/api/v2/orgs").body())
                .at("/orgs/0/id")
                .asText();
        String made = influx.json(
                        "POST",
                        "/api/v2/authorizations",
                        "{\"orgID\":\"" + org + "\",\"permissions\":[{\"action\":\"write\",\"resource\":{\"type\":"
                                + "\"buckets\",\"id\":\"" + measure + "\",\"orgID\":\"" + org + "\"}}]}")
                .body();
        String token = json.readTree(made).path("token").asText();
        String path = "/api/v2/write?org=influxdata&bucket=measure&precision=s";
        assertThat(influx.json("POST", path, "m value=1 1", token).statusCode()).isEqualTo(204);
        influx.json("DELETE", "/api/v2/buckets/" + measure, "");

        // When
        influx.close();
        influx = new RunningInflux(folder);

        // Then
        assertThat(idOf("measure")).isNotEqualTo(measure);
        assertThat(influx.json("POST", path, "m value=1 1", token).statusCode()).isEqualTo(403);
        assertThat(influx.write("m value=1 1").statusCode()).isEqualTo(204);
    }

    @Test
    void oneOfManyWhoMakeTheSameBucketAtOnceSucceeds() throws IOException {
        // Given
        String org = json.readTree(influx.get("/api/v2/orgs").body())
                .at("/orgs/0/id")
                .asText();
        String body = "{\"orgID\":\"" + org + "\",\"name\":\"one\"}";

        // When
        List<CompletableFuture<Integer>> answers = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> influx.json("POST", "/api/v2/buckets", body).statusCode()))
                .toList();

        // Then
        assertThat(answers.stream().map(CompletableFuture::join))
                .containsExactlyInAnyOrder(201, 422, 422, 422, 422, 422, 422, 422);
    }

    private String idOf(String bucket) throws IOException {
        return json.readTree(influx.get("/api/v2/buckets?name=" + bucket).body())
                .at("/buckets/0/id")
                .asText();
    }

    /** Sends the head of a request and a part of its body. */
    private Socket begin(String request, int announced) throws IOException {
        Socket socket = connect();
        socket.getOutputStream()
                .write((request + " HTTP/1.1\r\nHost: x\r\nAuthorization: Token " + RunningInflux.TOKEN
                                + "\r\nContent-Length: " + announced + "\r\n\r\n" + "#".repeat(PART))
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Socket connect() throws IOException {
        URI url = URI.create(influx.url());
        return new Socket(url.getHost(), url.getPort());
    }
}
