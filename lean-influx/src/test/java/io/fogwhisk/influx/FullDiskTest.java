package io.fogwhisk.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.base.store.StoreException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full, with the whole server on it. */
class FullDiskTest {

    private static final String ALL = "from(bucket: \"measure\") |> range(start: 0)";
    private static final int SMALL = 500;
    private static final int LARGE = 9_000;
    private static final int TEXT = 400;
    private static final String DELETE = "{\"start\":\"1970-01-01T00:00:00Z\",\"stop\":\"2030-01-02T00:00:00Z\"}";

    private final Random random = new Random(7);
    private long stored;

    @Test
    void aWriteThatDoesNotFitIsRefusedAndNothingIsLost(@TempDir Path folder) throws IOException {
        try (SmallDisk disk = new SmallDisk(folder, 8);
                RunningInflux influx = new RunningInflux(disk.folder().resolve("data"))) {
            // Given
            write(influx, "before", SMALL);
            disk.fill(3 << 20);

            // When
            HttpResponse<String> refused = writeUntilRefused(influx, LARGE);

            // Then
            assertFull(refused);
            assertThat(refused.body()).contains("readings.db");
            assertThat(count(influx)).isEqualTo(stored);
            disk.free();
            assertThat(write(influx, "again", LARGE).statusCode()).isEqualTo(204);
            assertThat(count(influx)).isEqualTo(stored);
        }
    }

    @Test
    void deletingMakesRoom(@TempDir Path folder) {
        try (SmallDisk disk = new SmallDisk(folder, 16);
                RunningInflux influx = new RunningInflux(disk.folder().resolve("data"))) {
            // Given
            assertFull(writeUntilRefused(influx, SMALL));
            assertThat(count(influx)).isEqualTo(stored);

            // When
            HttpResponse<String> deleted = influx.json("POST", "/api/v2/delete?org=influxdata&bucket=measure", DELETE);

            // Then
            assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(204);
            assertThat(count(influx)).isZero();
            stored = 0;
            await().until(() -> write(influx, "again", SMALL).statusCode() == 204);
            assertThat(count(influx)).isEqualTo(stored);
        }
    }

    @Test
    void aRestartOnADiskThatIsFullFindsEverything(@TempDir Path folder) throws IOException {
        try (SmallDisk disk = new SmallDisk(folder, 8)) {
            // Given
            try (RunningInflux influx = new RunningInflux(disk.folder().resolve("data"))) {
                assertFull(writeUntilRefused(influx, SMALL));
            }
            disk.fill(0);

            // When
            try (RunningInflux influx = new RunningInflux(disk.folder().resolve("data"))) {
                // Then
                assertThat(count(influx)).isEqualTo(stored);
            }
        }
    }

    @Test
    void whereNotEvenAStartHasRoomItSaysSo(@TempDir Path folder) throws IOException {
        try (SmallDisk disk = new SmallDisk(folder, 8)) {
            // Given
            try (RunningInflux influx = new RunningInflux(disk.folder().resolve("data"))) {
                write(influx, "b", SMALL);
            }
            Files.delete(disk.folder().resolve("data/influx.reserve"));
            disk.fill(0);

            // Then
            assertThatThrownBy(() -> new RunningInflux(disk.folder().resolve("data")).close())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("the disk is full, make room");
            disk.free();
            try (RunningInflux influx = new RunningInflux(disk.folder().resolve("data"))) {
                assertThat(count(influx)).isEqualTo(stored);
            }
        }
    }

    private static void assertFull(HttpResponse<String> refused) {
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(500);
        assertThat(refused.body())
                .startsWith("{\"code\":\"internal error\",\"message\":\"unexpected error writing points to database:"
                        + " no space left on device")
                .contains("the disk is full, make room");
    }

    private HttpResponse<String> writeUntilRefused(RunningInflux influx, int points) {
        HttpResponse<String> last;
        int batches = 0;
        do {
            last = write(influx, "b" + batches++, points);
        } while (last.statusCode() == 204 && batches < 2_000);
        return last;
    }

    /** Writes text that no packing makes shorter. */
    private HttpResponse<String> write(RunningInflux influx, String series, int points) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < points; i++) {
            lines.append("m,s=").append(series).append(" v=\"");
            random.ints(TEXT, 'A', 'z').filter(each -> each != '\\').forEach(lines::appendCodePoint);
            lines.append("\" ").append(i).append('\n');
        }
        HttpResponse<String> response = influx.write(lines.toString());
        stored += response.statusCode() == 204 ? points : 0;
        return response;
    }

    private static long count(RunningInflux influx) {
        String answer = influx.query(ALL + " |> group() |> count()").body();
        return answer.lines()
                .filter(line -> line.startsWith(",,"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(',') + 1)))
                .sum();
    }
}
