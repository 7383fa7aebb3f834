package io.fogwhisk.influx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartTest {

    private static final String ALL = "from(bucket: \"measure\") |> range(start: 0)";

    @TempDir
    Path folder;

    @Test
    void keepsEverythingOverARestart() {
        String before;
        try (RunningInflux influx = new RunningInflux(folder)) {
            influx.write("m,a=1 value=1 1\nm,a=2 value=2,whole=3i 2\nn text=\"x\" 3");
            before = influx.query(ALL + " |> drop(columns: [\"_stop\"])").body();
        }

        try (RunningInflux influx = new RunningInflux(folder)) {
            assertThat(influx.query(ALL + " |> drop(columns: [\"_stop\"])").body())
                    .isEqualTo(before)
                    .contains(",3,whole,m,2")
                    .contains(",x,text,n");
        }
    }

    @Test
    void findsTheSameSeriesAndTypesAgainAfterARestart() {
        try (RunningInflux influx = new RunningInflux(folder)) {
            influx.write("m,a=1 value=1 1");
        }

        try (RunningInflux influx = new RunningInflux(folder)) {
            assertThat(influx.write("m,a=1 value=2 2").statusCode()).isEqualTo(204);
            assertThat(influx.write("m,a=1 value=3i 3").statusCode()).isEqualTo(422);
            assertThat(influx.query(ALL + " |> count()").body().lines().filter(line -> line.startsWith(",,")))
                    .hasSize(1);
        }
    }

    @Test
    void keepsWhatItConfirmedWhenTheProcessDies(@TempDir Path copy) throws IOException {
        try (RunningInflux influx = new RunningInflux(folder)) {
            assertThat(influx.write("m value=1 1\nm value=2 2").statusCode()).isEqualTo(204);
            assertThat(influx.write("m value=3 2\nm,new=series value=4 3").statusCode())
                    .isEqualTo(204);
            // What a dead process leaves behind: the file and its log, not closed, not merged.
            for (String file : List.of("readings.db", "readings.db-wal")) {
                Files.copy(folder.resolve(file), copy.resolve(file));
            }
        }

        try (RunningInflux influx = new RunningInflux(copy)) {
            assertThat(influx.query(ALL + " |> group() |> sum()").body()).contains(",,0,8\r\n");
        }
    }

    @Test
    void twoServersOfOneProcessDoNotMeet(@TempDir Path other) {
        try (RunningInflux one = new RunningInflux(folder.resolve("influx"));
                RunningInflux two = new RunningInflux(other.resolve("influx"))) {
            one.write("m value=1 1");
            two.write("m value=2 1");

            assertThat(one.query(ALL + " |> group() |> sum()").body()).contains(",,0,1\r\n");
            assertThat(two.query(ALL + " |> group() |> sum()").body()).contains(",,0,2\r\n");
        }
    }
}
