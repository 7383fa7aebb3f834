package io.fogwhisk.aggregate.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.HttpInflux;
import io.fogwhisk.aggregate.influx.SeriesReader.Series;
import io.fogwhisk.aggregate.window.Aggregates;
import io.fogwhisk.aggregate.window.Window;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SeriesReaderTest {

    private static final Window WINDOW =
            new Window(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-03-02T00:00:00Z"));

    private final HttpInflux influx = new HttpInflux();
    private final SeriesReader reader = new SeriesReader(Duration.ofSeconds(10));

    @AfterEach
    void close() {
        reader.close();
        influx.close();
    }

    @Test
    void asksForFiveAggregatesInOneQuery() {
        assertThat(SeriesReader.flux("measure", WINDOW)).startsWith("""
                from(bucket: "measure")
                  |> range(start: 2026-03-01T00:00:00Z, stop: 2026-03-02T00:00:00Z)
                  |> filter(fn: (r) => r._field == "value")
                  |> group(columns: ["_measurement", "datacenter_id"])
                  |> mean()
                  |> keep(columns: ["_measurement", "datacenter_id", "_value"])
                  |> yield(name: "avg")
                from(bucket: "measure")
                """).endsWith("""
                  |> count()
                  |> keep(columns: ["_measurement", "datacenter_id", "_value"])
                  |> yield(name: "count")
                """);
    }

    @Test
    void quotesTheNameOfTheBucket() {
        assertThat(SeriesReader.flux("a\"b\\${c}", WINDOW)).contains("from(bucket: \"a\\\"b\\\\\\${c}\")");
    }

    @Test
    void readsColumnsByNameWhateverTheirOrder() {
        // Given: a recorded answer, with another column order and an extra column in each result
        influx.answerQueriesWith("""
                #datatype,string,long,string,string,double
                #group,false,false,true,true,false
                #default,avg,,,,
                ,result,table,_measurement,datacenter_id,_value
                ,,0,humidity,1,42.5
                ,,1,humidity,rome dc,9.5

                #datatype,string,long,double,string,string,dateTime:RFC3339
                #group,false,false,false,true,true,false
                #default,min,,,,,
                ,result,table,_value,datacenter_id,_measurement,_time
                ,,0,41,1,humidity,2026-03-01T10:00:00Z
                ,,1,9,rome dc,humidity,2026-03-01T10:00:00Z

                #datatype,string,long,string,string,double
                #group,false,false,true,true,false
                #default,max,,,,
                ,result,table,_measurement,datacenter_id,_value
                ,,0,humidity,1,44
                ,,1,humidity,rome dc,10

                #datatype,string,long,string,string,double
                #group,false,false,true,true,false
                #default,median,,,,
                ,result,table,_measurement,datacenter_id,_value
                ,,0,humidity,1,42.25
                ,,1,humidity,rome dc,9.5

                #datatype,string,long,string,string,long
                #group,false,false,true,true,false
                #default,count,,,,
                ,result,table,_measurement,datacenter_id,_value
                ,,0,humidity,1,4
                ,,1,humidity,rome dc,2

                """.replace("\n", "\r\n"));

        // When
        var read = reader.read(target("measure"), WINDOW);

        // Then
        assertThat(read)
                .containsOnlyKeys(new Series("humidity", "1"), new Series("humidity", "rome dc"))
                .containsEntry(new Series("humidity", "1"), new Aggregates(42.5, 41, 44, 42.25, 4))
                .containsEntry(new Series("humidity", "rome dc"), new Aggregates(9.5, 9, 10, 9.5, 2));
    }

    @Test
    void findsNothingInAnEmptyWindow() {
        assertThat(reader.read(target("measure"), WINDOW)).isEmpty();
    }

    @Test
    void failsWhenAResultIsMissingInsteadOfInventingIt() {
        // Given
        influx.answerQueriesWith("""
                #datatype,string,long,string,string,double
                #group,false,false,true,true,false
                #default,avg,,,,
                ,result,table,_measurement,datacenter_id,_value
                ,,0,humidity,1,42.5

                """);

        // Then
        assertThatThrownBy(() -> reader.read(target("measure"), WINDOW))
                .isInstanceOf(AggregateException.class)
                .hasMessageContaining("answered no min of humidity of data centre 1");
    }

    @Test
    void namesTheBucketAndTheReasonWhenTheDatabaseRefuses() {
        // Given
        influx.failQueriesWith(404);

        // Then
        assertThatThrownBy(() -> reader.read(target("measure"), WINDOW))
                .isInstanceOf(AggregateException.class)
                .hasMessageContaining("bucket measure of organization influxdata at " + influx.url())
                .hasMessageContaining("told to fail with 404");
    }

    @Test
    void saysThatADatabaseIsUnreachable() {
        // Given
        influx.down();

        // Then
        assertThatThrownBy(() -> reader.read(target("measure"), WINDOW))
                .isInstanceOf(AggregateException.class)
                .hasMessageContaining("is unreachable");
    }

    @Test
    void failsWhenAnAnswerIsBrokenOffInsteadOfTakingItForAnEmptyWindow() throws Exception {
        // Given: a server that dies in the middle of its answer
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread dying = new Thread(() -> breakOff(server));
            dying.start();
            InfluxTarget target =
                    new InfluxTarget(new InfluxBucket("http://127.0.0.1:" + server.getLocalPort(), "o", "b"), "");

            // Then
            assertThatThrownBy(() -> reader.read(target, WINDOW))
                    .isInstanceOf(AggregateException.class)
                    .hasMessageContaining("is unreachable");
        }
    }

    private static void breakOff(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                byte[] request = new byte[8_192];
                int length = 0;
                while (!new String(request, 0, length, StandardCharsets.UTF_8).contains("\"type\"")) {
                    length += client.getInputStream().read(request, length, request.length - length);
                }
                client.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\r\n\r\n"
                                .getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                return;
            }
        }
    }

    private InfluxTarget target(String bucket) {
        return new InfluxTarget(new InfluxBucket(influx.url(), "influxdata", bucket), "token");
    }
}
