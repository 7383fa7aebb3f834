package io.fogwhisk.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.WriteApi;
import com.influxdb.client.WriteOptions;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.write.events.AbstractWriteEvent;
import com.influxdb.client.write.events.WriteErrorEvent;
import com.influxdb.client.write.events.WriteRetriableErrorEvent;
import com.influxdb.client.write.events.WriteSuccessEvent;
import io.fogwhisk.influx.http.WriteLimits;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The official client's write API that batches, retries and tells in the background. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AsyncClientTest {

    private static final String ALL = "from(bucket: \"measure\") |> range(start: 0)";

    /** More than the HTTP server collects by itself before it hands a request on. */
    private static final int PART = 70_000;

    private final Queue<AbstractWriteEvent> events = new ConcurrentLinkedQueue<>();

    @Test
    void writesInBatches(@TempDir Path folder) {
        try (RunningInflux influx = new RunningInflux(folder);
                InfluxDBClient client = influx.client();
                WriteApi writes = client.makeWriteApi(WriteOptions.builder()
                        .batchSize(10)
                        .flushInterval(60_000)
                        .build())) {
            // Given
            listen(writes);

            // When
            for (int i = 0; i < 30; i++) {
                writes.writeRecord(WritePrecision.S, "m value=" + i + " " + i);
            }

            // Then
            await().until(() -> events.size() >= 3);
            assertThat(events).hasSize(3).allMatch(WriteSuccessEvent.class::isInstance);
            assertThat(influx.query(ALL + " |> count()").body()).contains(",30,value,m");
        }
    }

    @Test
    void triesAgainWhenTheServerIsTooBusy(@TempDir Path folder) throws IOException {
        WriteLimits limits = new WriteLimits(1 << 20, 1, 1 << 20, Duration.ofMinutes(1));
        List<Socket> slow = new ArrayList<>();
        try (RunningInflux influx = new RunningInflux(folder, Clock.systemUTC(), limits, OptionalLong.empty());
                InfluxDBClient client = influx.client();
                WriteApi writes = client.makeWriteApi(
                        WriteOptions.builder().batchSize(1).maxRetries(20).build())) {
            // Given
            listen(writes);
            do {
                slow.add(begin(influx));
            } while (influx.write("m value=1 1").statusCode() == 204 && slow.size() < 100);

            // When
            writes.writeRecord(WritePrecision.S, "m value=2 2");

            // Then
            await().until(() -> events.peek() instanceof WriteRetriableErrorEvent);
            WriteRetriableErrorEvent first = (WriteRetriableErrorEvent) events.remove();
            assertThat(first.getThrowable()).hasMessageContaining("try again later");
            // What our Retry-After says, and up to 200 ms that the client adds by chance.
            assertThat(first.getRetryInterval()).isBetween(1_000L, 1_200L);
            close(slow);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> events.stream().anyMatch(WriteSuccessEvent.class::isInstance));
            assertThat(influx.query(ALL + " |> last()").body()).contains(",2,value,m");
        } finally {
            close(slow);
        }
    }

    @Test
    void tellsWhichLinesOfABatchAreRefused(@TempDir Path folder) {
        try (RunningInflux influx = new RunningInflux(folder);
                InfluxDBClient client = influx.client();
                WriteApi writes =
                        client.makeWriteApi(WriteOptions.builder().batchSize(3).build())) {
            // Given
            listen(writes);

            // When
            writes.writeRecords(WritePrecision.S, List.of("m value=1 1", "m value", "m value=3 3"));

            // Then
            await().until(() -> !events.isEmpty());
            assertThat(events.peek())
                    .isInstanceOfSatisfying(
                            WriteErrorEvent.class,
                            event -> assertThat(event.getThrowable())
                                    .hasMessageContaining("partial write: line 2: unable to parse 'm value'"));
            assertThat(influx.query(ALL + " |> count()").body()).contains(",2,value,m");
        }
    }

    private void listen(WriteApi writes) {
        writes.listenEvents(WriteSuccessEvent.class, events::add);
        writes.listenEvents(WriteErrorEvent.class, events::add);
        writes.listenEvents(WriteRetriableErrorEvent.class, events::add);
    }

    private static Socket begin(RunningInflux influx) throws IOException {
        URI url = URI.create(influx.url());
        Socket socket = new Socket(url.getHost(), url.getPort());
        socket.getOutputStream()
                .write(("POST /api/v2/write?org=influxdata&bucket=measure HTTP/1.1\r\nHost: x\r\nAuthorization: Token "
                                + RunningInflux.TOKEN + "\r\nContent-Length: " + (2 * PART) + "\r\n\r\n"
                                + "#".repeat(PART))
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
