package io.fogwhisk.aggregate.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.HttpInflux;
import io.fogwhisk.aggregate.window.Statistic;
import io.fogwhisk.aggregate.window.Stretch;
import io.fogwhisk.aggregate.window.Window;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsReaderTest {

    private static final Stretch WINDOW = new Stretch(
            List.of(new Window(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-03-02T00:00:00Z"))));
    private static final Question QUESTION = new Question(
            new Question.Measurements.All(), List.of("value"), Statistic.usual(), List.of("datacenter_id"));

    private final HttpInflux influx = new HttpInflux();
    private final StatisticsReader reader = new StatisticsReader(Duration.ofSeconds(10));

    @AfterEach
    void close() {
        reader.close();
        influx.close();
    }

    @Test
    void asksForTheStatisticsOfManyWindowsWithOneQuery() {
        // Given: two days that begin at ten in the evening of UTC
        Stretch stretch = new Stretch(List.of(
                new Window(Instant.parse("2026-06-01T22:00:00Z"), Instant.parse("2026-06-02T22:00:00Z")),
                new Window(Instant.parse("2026-06-02T22:00:00Z"), Instant.parse("2026-06-03T22:00:00Z"))));
        Question question = new Question(
                new Question.Measurements.Named(List.of("humidity", "gas")),
                List.of("value"),
                List.of(Statistic.parse("avg"), Statistic.parse("p99.9")),
                List.of("datacenter_id"));

        // Then
        assertThat(question.flux("measure", stretch)).isEqualTo("""
                from(bucket: "measure")
                  |> range(start: 2026-06-01T22:00:00Z, stop: 2026-06-03T22:00:00Z)
                  |> filter(fn: (r) => (r._measurement == "humidity" or r._measurement == "gas") and r._field == "value")
                  |> group(columns: ["_measurement", "_field", "datacenter_id"])
                  |> aggregateWindow(every: 86400s, offset: 79200s, fn: mean, timeSrc: "_start", createEmpty: false)
                  |> keep(columns: ["_measurement", "_field", "datacenter_id", "_time", "_value"])
                  |> yield(name: "avg")
                from(bucket: "measure")
                  |> range(start: 2026-06-01T22:00:00Z, stop: 2026-06-03T22:00:00Z)
                  |> filter(fn: (r) => (r._measurement == "humidity" or r._measurement == "gas") and r._field == "value")
                  |> group(columns: ["_measurement", "_field", "datacenter_id"])
                  |> aggregateWindow(every: 86400s, offset: 79200s, fn: (column, tables=<-) => tables |> quantile(column: column, q: 0.9990000000000001, method: "exact_mean"), timeSrc: "_start", createEmpty: false)
                  |> keep(columns: ["_measurement", "_field", "datacenter_id", "_time", "_value"])
                  |> yield(name: "p99.9")
                """);
    }

    @ParameterizedTest
    @CsvSource({"p0, 0.0", "p0.05, 0.00050", "p0.000001, 0.000000010", "p95, 0.95", "p100, 1.0"})
    void writesPercentilesWithoutExponents(String function, String quantile) {
        Question question = new Question(
                new Question.Measurements.All(),
                List.of("value"),
                List.of(Statistic.parse(function)),
                List.of("datacenter_id"));

        assertThat(question.flux("measure", WINDOW)).contains("quantile(q: " + quantile + ", method: ");
    }

    @Test
    void quotesTheNameOfTheBucket() {
        assertThat(QUESTION.flux("a\"b\\${c}", WINDOW)).contains("from(bucket: \"a\\\"b\\\\\\${c}\")");
    }

    @Test
    void computesRatesOfEachSeriesAndAddsThoseOfAGroup() {
        // Given: two counters of one data centre, one of them with a single value
        influx.answerQueriesWith("""
                #datatype,string,long,string,string,string,string,double
                #group,false,false,true,true,true,true,false
                #default,increase of each series,,,,,,
                ,result,table,_measurement,_field,datacenter_id,device,_value
                ,,0,clicks,value,1,a,30
                ,,1,clicks,value,1,b,5
                ,,2,clicks,value,1,c,0

                #datatype,string,long,string,string,string,string,long
                #group,false,false,true,true,true,true,false
                #default,nanoseconds of each series,,,,,,
                ,result,table,_measurement,_field,datacenter_id,device,_value
                ,,0,clicks,value,1,a,10000000000
                ,,1,clicks,value,1,b,20000000000
                ,,2,clicks,value,1,c,0

                """.replace("\n", "\r\n"));
        Question question = new Question(
                new Question.Measurements.All(),
                List.of("value"),
                List.of(Statistic.parse("rate")),
                List.of("datacenter_id"));

        // When
        var read = reader.read(target("measure"), question, WINDOW);

        // Then
        assertThat(read.get(WINDOW.start())).containsEntry(group("clicks", "1"), Map.of("rate", 3.25));
    }

    @Test
    void readsColumnsByNameWhateverTheirOrder() {
        // Given: a recorded answer, with another column order and an extra column in each result
        influx.answerQueriesWith("""
                #datatype,string,long,string,string,string,double
                #group,false,false,true,true,true,false
                #default,avg,,,,,
                ,result,table,_measurement,_field,datacenter_id,_value
                ,,0,humidity,value,1,42.5
                ,,1,humidity,value,rome dc,9.5

                #datatype,string,long,double,string,string,string,dateTime:RFC3339
                #group,false,false,false,true,true,true,false
                #default,min,,,,,,
                ,result,table,_value,datacenter_id,_field,_measurement,_time
                ,,0,41,1,value,humidity,2026-03-01T10:00:00Z
                ,,1,9,rome dc,value,humidity,2026-03-01T10:00:00Z

                #datatype,string,long,string,string,string,double
                #group,false,false,true,true,true,false
                #default,max,,,,,
                ,result,table,_measurement,_field,datacenter_id,_value
                ,,0,humidity,value,1,44
                ,,1,humidity,value,rome dc,10

                #datatype,string,long,string,string,string,double
                #group,false,false,true,true,true,false
                #default,median,,,,,
                ,result,table,_measurement,_field,datacenter_id,_value
                ,,0,humidity,value,1,42.25
                ,,1,humidity,value,rome dc,9.5

                #datatype,string,long,string,string,string,long
                #group,false,false,true,true,true,false
                #default,count,,,,,
                ,result,table,_measurement,_field,datacenter_id,_value
                ,,0,humidity,value,1,4
                ,,1,humidity,value,rome dc,2

                """.replace("\n", "\r\n"));

        // When
        var read = reader.read(target("measure"), QUESTION, WINDOW);

        // Then
        assertThat(read.get(WINDOW.start()))
                .containsOnlyKeys(group("humidity", "1"), group("humidity", "rome dc"))
                .containsEntry(
                        group("humidity", "1"),
                        Map.of("avg", 42.5, "min", 41.0, "max", 44.0, "median", 42.25, "count", 4.0))
                .containsEntry(
                        group("humidity", "rome dc"),
                        Map.of("avg", 9.5, "min", 9.0, "max", 10.0, "median", 9.5, "count", 2.0));
    }

    @Test
    void findsNothingInAnEmptyWindow() {
        assertThat(reader.read(target("measure"), QUESTION, WINDOW)).isEmpty();
    }

    @Test
    void failsWhenAResultIsMissingInsteadOfInventingIt() {
        // Given
        influx.answerQueriesWith("""
                #datatype,string,long,string,string,string,double
                #group,false,false,true,true,true,false
                #default,avg,,,,,
                ,result,table,_measurement,_field,datacenter_id,_value
                ,,0,humidity,value,1,42.5

                """);

        // Then
        assertThatThrownBy(() -> reader.read(target("measure"), QUESTION, WINDOW))
                .isInstanceOf(AggregateException.class)
                .hasMessageContaining("answered no min of humidity {datacenter_id=1}");
    }

    @Test
    void namesTheBucketAndTheReasonWhenTheDatabaseRefuses() {
        // Given
        influx.failQueriesWith(404);

        // Then
        assertThatThrownBy(() -> reader.read(target("measure"), QUESTION, WINDOW))
                .isInstanceOf(AggregateException.class)
                .hasMessageContaining("bucket measure of organization influxdata at " + influx.url())
                .hasMessageContaining("told to fail with 404");
    }

    @Test
    void saysThatADatabaseIsUnreachable() {
        // Given
        influx.down();

        // Then
        assertThatThrownBy(() -> reader.read(target("measure"), QUESTION, WINDOW))
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
            assertThatThrownBy(() -> reader.read(target, QUESTION, WINDOW))
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

    private static Group group(String measurement, String datacenter) {
        return new Group(measurement, "value", Map.of("datacenter_id", datacenter));
    }

    private InfluxTarget target(String bucket) {
        return new InfluxTarget(new InfluxBucket(influx.url(), "influxdata", bucket), "token");
    }
}
