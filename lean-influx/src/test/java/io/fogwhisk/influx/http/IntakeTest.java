package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.influx.MovableClock;
import io.fogwhisk.influx.RunningInflux;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to writes beyond what the server may hold. */
class IntakeTest {

    private static final String WRITE = "/api/v2/write?org=influxdata&bucket=measure&precision=s";

    /** More than the HTTP server collects by itself before it hands a request on. */
    private static final int PART = 70_000;

    @Test
    void refusesWhatIsTooMuchAndTakesMoreWhenThereIsRoom() {
        // Given
        Intake intake = new Intake("writes", 2, 100);
        Intake.Lease first = intake.enter(60);

        // Then
        assertThatThrownBy(() -> intake.enter(41)).hasMessageContaining("too large: try again later");
        Intake.Lease second = intake.enter(0);
        assertThatThrownBy(() -> intake.enter(0)).hasMessageContaining("too many writes are waiting");
        second.hold(40);
        second.hold(30);
        assertThatThrownBy(() -> second.hold(41)).hasMessageContaining("try again later");
        first.close();
        first.close();
        second.hold(100);
        second.close();
        intake.enter(100).close();
    }

    @Test
    void workThatCannotBeginHoldsNothing() {
        // Given
        Intake intake = new Intake("writes", 1, 100);
        Intake.Lease lease = intake.enter(100);

        // When
        assertThatThrownBy(() -> lease.during(() -> {
                    throw new OutOfMemoryError("no room");
                }))
                .isInstanceOf(OutOfMemoryError.class);

        // Then
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> end = intake.enter(100).during(() -> work);
        assertThatThrownBy(() -> intake.enter(0)).hasMessageContaining("too many writes are waiting");
        work.complete("done");
        assertThat(end).isCompletedWithValue("done");
        intake.enter(100).close();
    }

    @Test
    void slowBodiesHoldNoThreadAndOthersWriteMeanwhile(@TempDir Path folder) throws IOException {
        // Given
        WriteLimits limits = new WriteLimits(1 << 20, 100, 32L << 20, Duration.ofMinutes(1));
        List<Socket> slow = new ArrayList<>();
        try (RunningInflux influx =
                new RunningInflux(folder, new MovableClock(Instant.EPOCH), limits, OptionalLong.empty())) {
            // More than the HTTP server has threads.
            for (int i = 0; i < 90; i++) {
                slow.add(begin(influx, PART));
            }

            // When
            HttpResponse<String> response = influx.write("m value=1 1");

            // Then
            assertThat(response.statusCode()).isEqualTo(204);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void tellsThoseToComeBackForWhomThereIsNoRoom(@TempDir Path folder) throws IOException {
        // Given
        WriteLimits limits = new WriteLimits(1 << 20, 1, 1 << 20, Duration.ofMinutes(1));
        List<Socket> slow = new ArrayList<>();
        try (RunningInflux influx =
                new RunningInflux(folder, new MovableClock(Instant.EPOCH), limits, OptionalLong.empty())) {
            // When
            HttpResponse<String> response;
            do {
                // One that comes while a write is under way is refused itself, and the next one is in.
                slow.add(begin(influx, PART));
                response = influx.write("m value=1 1");
            } while (response.statusCode() == 204 && slow.size() < 100);

            // Then
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).contains("1");
            assertThat(response.body()).startsWith("{\"code\":\"unavailable\",\"message\":\"too many writes");
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void aBodyThatDoesNotComeInTimeIsRefused(@TempDir Path folder) throws IOException {
        // Given
        WriteLimits limits = new WriteLimits(1 << 20, 1, 1 << 20, Duration.ofMillis(50));
        try (RunningInflux influx =
                        new RunningInflux(folder, new MovableClock(Instant.EPOCH), limits, OptionalLong.empty());
                Socket slow = begin(influx, PART)) {
            // When
            String answer = new String(slow.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);

            // Then
            assertThat(answer).isEqualTo("HTTP/1.1 408");
        }
    }

    @Test
    void aSmallBodyThatUnpacksToALargeOneIsRefused(@TempDir Path folder) throws IOException {
        // Given
        WriteLimits limits = new WriteLimits(1 << 20, 4, 2 << 20, Duration.ofMinutes(1));
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            for (int i = 0; i < 64; i++) {
                out.write(new byte[1 << 20]);
            }
        }
        try (RunningInflux influx =
                new RunningInflux(folder, new MovableClock(Instant.EPOCH), limits, OptionalLong.empty())) {
            // When
            HttpResponse<String> response = influx.post(WRITE, packed.toByteArray(), "Content-Encoding", "gzip");

            // Then
            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(influx.write("m value=1 1").statusCode()).isEqualTo(204);
        }
    }

    @Test
    void aFullDiskRefusesWritesAndKeepsWhatIsStored(@TempDir Path folder) {
        // Given
        try (RunningInflux influx = new RunningInflux(folder)) {
            influx.write("m value=1 1");
        }
        try (RunningInflux influx = new RunningInflux(
                folder, new MovableClock(Instant.ofEpochSecond(9)), WriteLimits.DEFAULT, OptionalLong.of(1))) {
            // When
            HttpResponse<String> response = influx.write("m value=2 2");

            // Then
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body())
                    .startsWith(
                            "{\"code\":\"internal error\",\"message\":\"unexpected error writing points to database:"
                                    + " no space left on device")
                    .contains("influx.max-disk");
            assertThat(influx.query("from(bucket: \"measure\") |> range(start: 0)")
                            .body())
                    .contains(",1,value,m\r\n");
            assertThat(influx.json(
                                    "POST",
                                    "/api/v2/delete?org=influxdata&bucket=measure",
                                    "{\"start\":\"1970-01-01T00:00:00Z\",\"stop\":\"1970-01-02T00:00:00Z\"}")
                            .statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    void storesARequestOfManyPartsWhole(@TempDir Path folder) {
        // Given
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 25_000; i++) {
            lines.append("m value=").append(i).append(' ').append(i).append('\n');
        }
        lines.append("m value=broken 1\nm value=1i 1");
        try (RunningInflux influx = new RunningInflux(folder)) {
            // When
            HttpResponse<String> response = influx.write(lines.toString());

            // Then
            assertThat(response.body())
                    .contains("partial write: line 25001: unable to parse")
                    .contains("line 25002: field type conflict")
                    .contains("dropped=2\"")
                    .contains("\"line\":25001");
            assertThat(influx.query("from(bucket: \"measure\") |> range(start: 0) |> count()")
                            .body())
                    .contains(",25000,");
        }
    }

    /** Sends the head of a write request and half of its body. */
    private static Socket begin(RunningInflux influx, int sent) throws IOException {
        URI url = URI.create(influx.url());
        Socket socket = new Socket(url.getHost(), url.getPort());
        socket.getOutputStream()
                .write(("POST " + WRITE + " HTTP/1.1\r\nHost: x\r\nAuthorization: Token " + RunningInflux.TOKEN
                                + "\r\nContent-Length: " + (2 * sent) + "\r\n\r\n" + "#".repeat(sent))
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }
}
