package io.fogwhisk.influx.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.influx.RunningInflux;
import io.fogwhisk.influx.line.SeriesKey;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeleteTest {

    private static final String PATH = "/api/v2/delete?org=influxdata&bucket=measure";

    private RunningInflux influx;

    @BeforeEach
    void start(@TempDir Path folder) {
        influx = new RunningInflux(folder);
        influx.write("m,room=a value=1 1\nm,room=a value=2 2\nm,room=b value=3 1\nn,room=a value=4 1,");
        influx.write("n,room=a value=4 1");
    }

    @AfterEach
    void close() {
        influx.close();
    }

    @Test
    void deletesTheSeriesOfThePredicateInTheRangeWithBothItsEnds() {
        // When
        HttpResponse<String> response = delete(1, 1, "_measurement=\\\"m\\\" AND room=\\\"a\\\"");

        // Then
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(values()).containsExactlyInAnyOrder("2", "3", "4");
    }

    @Test
    void deletesEverythingInTheRangeWithoutAPredicate() {
        assertThat(delete(0, 1, "").statusCode()).isEqualTo(204);

        assertThat(values()).containsExactly("2");
    }

    @Test
    void deletesWithinTheWidestRange() {
        assertThat(post("{\"start\":\"1677-09-21T00:12:43.145224194Z\",\"stop\":\"2262-04-11T23:47:16.854775806Z\"}")
                        .statusCode())
                .isEqualTo(204);

        assertThat(values()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|invalid RFC3339Nano for field start",
                "{'start':'1970-01-01T00:00:00Z','stop':'noon'}|invalid RFC3339Nano for field stop",
                "{'start':'1500-01-01T00:00:00Z','stop':'1970-01-01T00:00:00Z'}|start time must not be before 1677",
                "{'start':'1970-01-01T00:00:00Z','stop':'2500-01-01T00:00:00Z'}|stop time must not be after 2262",
                "{'start':'1970-01-01T00:00:00Z','stop':'1970-01-02T00:00:00Z','predicate':'a=1 OR b=2'}"
                        + "|the logical operator OR is not supported yet",
                "no json|failed parsing request body as JSON"
            })
    void saysWhatIsWrong(String body, String message) {
        HttpResponse<String> response = post(body.replace('\'', '"'));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(message);
        assertThat(values()).hasSize(4);
    }

    @Test
    void aBucketThatIsNotThereIsNotFound() {
        assertThat(influx.json(
                                "POST",
                                "/api/v2/delete?org=influxdata&bucket=none",
                                "{\"start\":\"1970-01-01T00:00:00Z\",\"stop\":\"1970-01-02T00:00:00Z\"}")
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "m,room=a|_measurement=\"m\"|true",
                "m,room=a|_measurement = \"m\" and room = \"b\"|false",
                "m,room=a|(room=\"a\" AND (_measurement=m))|true",
                "m,room=a|room != \"a\"|false",
                "m,room=a|floor=\"\"|true",
                "m,room=a|floor!=\"1\"|true",
                "m,a\\ b=\\\"x|\"a b\"=\"\\\\\\\"x\"|true",
                "m,room=1.5|room=1.5|true"
            })
    void understandsPredicates(String series, String predicate, boolean means) {
        assertThat(DeletePredicate.parse(predicate).test(SeriesKey.parse(series)))
                .isEqualTo(means);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "(a=1|extra ( seen",
                "a=1)|extra ) seen",
                "a|invalid operator at position 1",
                "a=~/x/|only = and != are supported",
                "=1|bad tag key, at position 0",
                "a=|bad tag value, at position 2",
                "a=\"1|the quote is not closed",
                "a=1 xor b=2|bad logical expression",
                "_field=\"value\"|not by _field"
            })
    void namesWhatIsWrongWithAPredicate(String predicate, String message) {
        assertThatThrownBy(() -> DeletePredicate.parse(predicate)).hasMessageContaining(message);
    }

    private HttpResponse<String> delete(int start, int stop, String predicate) {
        return post("{\"start\":\"1970-01-01T00:00:0" + start + "Z\",\"stop\":\"1970-01-01T00:00:0" + stop
                + "Z\",\"predicate\":\"" + predicate + "\"}");
    }

    private HttpResponse<String> post(String body) {
        return influx.json("POST", PATH, body);
    }

    private List<String> values() {
        return influx.query("from(bucket: \"measure\") |> range(start: 0) |> keep(columns: [\"_value\"])")
                .body()
                .lines()
                .filter(line -> line.startsWith(",,"))
                .map(line -> line.substring(line.lastIndexOf(',') + 1))
                .toList();
    }
}
