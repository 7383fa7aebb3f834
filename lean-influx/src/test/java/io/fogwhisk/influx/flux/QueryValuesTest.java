package io.fogwhisk.influx.flux;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.RunningInflux;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values, in their order, that operations leave of a few stored points. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryValuesTest {

    private static final String POINTS = """
            t,dev=a v=1 1767225605
            t,dev=a v=2 1767225660
            t,dev=b v=3 1767225600
            t,dev=b v=4 1767225630
            t,dev=c v=5 1767225600
            t,dev=c v=6 1767225660
            t,dev=d v=7 1767225610
            """;
    private static final String FROM = "from(bucket: \"measure\")";
    private static final String DATA = FROM + " |> range(start: 2026-01-01T00:00:00Z, stop: 2026-01-01T00:02:00Z)";

    private RunningInflux influx;

    @BeforeAll
    void writeThePoints(@TempDir Path folder) {
        influx = new RunningInflux(folder);
        assertThat(influx.write(POINTS).statusCode()).isEqualTo(204);
    }

    @AfterAll
    void close() {
        influx.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "group().last()                                                                    | 6",
                "group().first()                                                                   | 3",
                "group().filter(fn: (r) => r._value != 6.0).last()                                 | 2",
                "filter(fn: (r) => r._value < 6.0 or r._value > 6.0).group().last()                | 2",
                "filter(fn: (r) => r._value != 3.0).group().first()                                | 5",
                "filter(fn: (r) => r.dev < \"c\").group(columns: [\"_measurement\"]).last()        | 2",
                "group().limit(n: 100).last()                                                      | 7",
                "group().limit(n: 100).first()                                                     | 1",
                "filter(fn: (r) => r._time >= 2026-01-01T00:00:30Z and r._time < 2026-01-01T00:01:00Z) | 4",
                "filter(fn: (r) => 2026-01-01T00:00:30Z < r._time and r._value > 2.0) | 6",
                "filter(fn: (r) => r._time > 2026-01-01T00:01:00Z).count() | ''",
                "filter(fn: (r) => r._time < 2026-01-01T00:01:00Z).group().last() | 4",
                "last()                                                                            | 2 4 6 7",
                "group().timeShift(duration: 1h).aggregateWindow(every: 1m, fn: count) | 5 2",
                "filter(fn: (r) => r.dev == \"d\").filter(fn: (r) => r._value > 9.0, onEmpty: \"keep\").aggregateWindow(every: 1m, fn: count, createEmpty: true) | 0 0",
                "group().range(start: 2025-12-31T00:00:00Z, stop: 2026-01-01T00:01:00Z).aggregateWindow(every: 1h, fn: count) | 5",
                "filter(fn: (r) => r.dev == \"d\").range(start: 2025-12-31T00:00:00Z, stop: 2026-01-03T00:00:00Z).map(fn: (r) => ({_value: r._stop})) | 2026-01-01T00:02:00Z",
                "range(start: 2026-01-05T00:00:00Z, stop: 2026-01-06T00:00:00Z) | ''",
                "group().limit(n: 1).map(fn: (r) => ({_value: r._time})).toString() | 2026-01-01T00:00:05.000000000Z",
                "group().limit(n: 1).map(fn: (r) => ({_value: -0.0 * r._value})).toString() | -0",
                "group().limit(n: 1).map(fn: (r) => ({_value: float(v: \"1e300\") * r._value})).toInt() | -9223372036854775808",
                "group().limit(n: 1).pivot(rowKey: [\"_value\"], columnKey: [\"_time\"], valueColumn: \"dev\").map(fn: (r) => ({_value: r[\"2026-01-01T00:00:05.000000000Z\"]})) | a",
            })
    void areThoseOfInfluxDb(String operations, String values) {
        // Given: operations one after the other, a dot for each pipe
        String script = DATA + " |> " + operations.replace(").", ") |> ");

        // When
        HttpResponse<String> response = influx.query(script + " |> keep(columns: [\"_value\"])");

        // Then
        assertThat(values(response)).as(response.body()).isEqualTo(values);
    }

    @ParameterizedTest
    @CsvSource({
        "'union(tables: [a, b])',3",
        "'join(tables: {a: a, b: b}, on: [\"k\"]) |> rename(columns: {_time_b: \"_time\"})',2"
    })
    void haveWindowsInTheRangesOfAllStreams(String both, String count) {
        // Given: streams of two ranges, of which the second is the later one
        String at = " |> group() |> map(fn: (r) => ({_time: r._time, _value: r._value, k: \"k\"})) ";
        String script = "a = " + FROM + " |> range(start: 2026-01-01T00:00:00Z, stop: 2026-01-01T00:00:20Z)"
                + " |> filter(fn: (r) => r.dev == \"a\")" + at + "\nb = " + FROM
                + " |> range(start: 2026-01-01T00:00:20Z, stop: 2026-01-01T00:02:00Z)"
                + " |> filter(fn: (r) => r.dev == \"b\" or r.dev == \"a\")" + at + "\n" + both
                + " |> window(every: 15s) |> group() |> map(fn: (r) => ({_value: 1}))"
                + " |> sum() |> keep(columns: [\"_value\"])";

        // When // Then
        assertThat(values(influx.query(script))).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"12d", "0x1p3", " 1.5 ", "1f"})
    void refusesTextsThatAreNoNumbers(String text) {
        HttpResponse<String> response =
                influx.query(DATA + " |> map(fn: (r) => ({_value: \"" + text + "\"})) |> toFloat()");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("cannot convert string").contains("to float");
    }

    private static String values(HttpResponse<String> response) {
        List<String> rows = response.body()
                .lines()
                .filter(line -> line.startsWith(",,"))
                .map(line -> line.substring(line.lastIndexOf(',') + 1))
                .toList();
        return String.join(" ", rows);
    }
}
