package io.fogwhisk.influx.http;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.influx.RunningInflux;
import io.fogwhisk.influx.flux.FluxQuery;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries whose clients do not wait for the answer. */
class AbandonedQueryTest {

    /** As many as run at once. */
    private static final int THREADS = 2;

    /** Counts two thousand million rows, which takes minutes. */
    private static final String LONG_QUERY = "import \"array\"\ny0 = array.from(rows: [{_value: 1.0}])\n"
            + IntStream.rangeClosed(1, 31)
                    .mapToObj(i -> "y" + i + " = union(tables: [y" + (i - 1) + ", y" + (i - 1) + "])")
                    .collect(joining("\n"))
            + "\ny31 |> count()";

    @TempDir
    Path folder;

    private RunningInflux influx;

    @BeforeEach
    void start() {
        influx = new RunningInflux(folder, Duration.ofMinutes(10));
    }

    @AfterEach
    void close() {
        influx.close();
    }

    @Test
    void endWhenTheConnectionIsClosed() throws IOException {
        // Given
        Socket[] clients = new Socket[THREADS];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = ask(LONG_QUERY);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> queriesUnderWay() == THREADS);

        // When
        for (Socket client : clients) {
            client.close();
        }

        // Then: the threads are free for others
        await().atMost(Duration.ofSeconds(30)).until(() -> queriesUnderWay() == 0);
        HttpResponse<String> other = influx.query("from(bucket: \"measure\") |> range(start: 0)");
        assertThat(other.statusCode()).isEqualTo(200);
    }

    private static long queriesUnderWay() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> Arrays.stream(stack)
                        .anyMatch(frame -> frame.getClassName().equals(FluxQuery.class.getName())))
                .count();
    }

    private Socket ask(String script) throws IOException {
        URI url = URI.create(influx.url());
        Socket socket = new Socket(url.getHost(), url.getPort());
        byte[] body = script.getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream()
                .write(("POST /api/v2/query?org=influxdata HTTP/1.1\r\nHost: x\r\nAuthorization: Token "
                                + RunningInflux.TOKEN + "\r\nContent-Type: application/vnd.flux\r\nContent-Length: "
                                + body.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        return socket;
    }
}
