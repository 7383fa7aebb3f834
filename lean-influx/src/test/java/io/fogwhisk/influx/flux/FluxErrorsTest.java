package io.fogwhisk.influx.flux;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.RunningInflux;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FluxErrorsTest {

    private static final String SOURCE = "from(bucket: \"measure\")\n |> range(start: 0)";

    private RunningInflux influx;

    @BeforeAll
    void writeAFloatAndAText(@TempDir Path folder) {
        influx = new RunningInflux(folder);
        assertThat(influx.write("m,a=1 value=1,text=\"t\",whole=1i 1767225600").statusCode())
                .isEqualTo(204);
    }

    @AfterAll
    void close() {
        influx.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "|> filter(fn: (r) => r._value == \"x\") ; @3:31: cannot compare float with string",
                "|> filter(fn: (r) => r._field =~ \"x\") ; @3:34: expected regexp but found string",
                "|> filter(fn: (r) => r._field == \"value\") |> filter(fn: (r) => r._value + 1 > 2) ; @3:73: unsupported operation float + int",
                "|> filter(fn: (r) => r._measurement) ; @3:4: expected bool but found string",
                "|> filter(fn: (r) => r._field == \"text\" and r._value > true) ; @3:56: bool is not Comparable",
                "|> filter(fn: (r) => x.y == 1) ; @3:22: undefined identifier \"x\"",
                "|> filter(fn: (r) => (r._value == 1) ; @3:37: expected \",\", found the end of the script",
                "|> filter(fn: (row) => row._value == 1) ; @3:15: missing required argument row",
                "|> filter(fn: (r) => r._field =~ /(/) ; @3:34: invalid regular expression",
                "|> filter(fn: (r) => r._field == \"abc) ; @3:34: this string is never closed",
                "|> map(fn: (r) => r._value) ; @3:12: the function of map() must return a record",
                "|> mean(columns: [\"a\"]) ; @3:18: found unexpected argument columns",
                "|> mean(column: \"none\") ; @3:4: column \"none\" does not exist",
                "|> filter(fn: (r) => r._field == \"text\") |> mean() ; @3:45: mean() does not take a column of type string",
                "|> filter(fn: (r) => r._field == \"whole\") |> median() ; @3:46: median() does not take",
                "|> sum(column: \"a\") ; @3:4: sum() does not take a column of type string",
                "|> group() |> count() ; @3:4: schema collision: cannot group string and float types together",
                "|> limit() ; @3:4: missing required argument n",
                "|> limit(n: -1) ; @3:13: argument n of limit() must be a number, 0 or more",
                "|> limit(n: 99999999999999999999) ; @3:13: number 99999999999999999999 does not fit",
                "|> aggregateWindow(every: 1m) ; @3:4: missing required argument fn",
                "|> aggregateWindow(every: 0s, fn: mean) ; @3:27: argument every must be positive",
                "|> aggregateWindow(every: 1mo1d, fn: mean) ; @3:27: argument every cannot mix months",
                "|> aggregateWindow(every: 1x, fn: mean) ; @3:27: unknown duration unit x",
                "|> aggregateWindow(every: 1m, fn: (column, tables=<-) => 1) ; @3:35: expected stream",
                "|> keep(columns: [\"_value\"]) |> aggregateWindow(every: 1m, fn: count) ; @3:4: schema collision",
                "|> group(columns: [\"a\"], mode: \"with\") ; @3:32: argument mode of group() must be",
                "|> histogram(bins: [1.0]) ; @3:4: \"histogram\" is not supported",
                "|> ; @3:3: unexpected end of the script",
                "|> yield() |> yield() ; @3:15: two results have the name \"_result\"",
                "|> yield(name: 1) ; @3:16: expected string but found int",
                "|> windowed(every: 1m) ; @3:4: undefined identifier \"windowed\"",
                "# ; @3:1: unexpected character #"
            })
    void saysWhatIsWrongAndWhere(String tail, String error) {
        HttpResponse<String> response = influx.query(SOURCE + "\n" + tail);

        assertThat(response.body()).startsWith("{\"code\":\"invalid\",\"message\":\"error " + escaped(error));
        assertThat(response.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "import \"slack\" ; @1:1: there is no package \"slack\", or it is not supported",
                "option now = () => 1 ; @1:1: option now must be a function that returns a time",
                "from(bucket: \"measure\") ; @1:1: cannot submit unbounded read to \"measure\"",
                "from(bucket: \"measure\") |> mean() ; @1:1: cannot submit unbounded read to \"measure\"",
                "from(bucket: 5) ; @1:14: expected string but found int",
                "from(bucketID: \"5\") ; @1:16: argument bucketID of from() is not supported",
                "from(bucket: \"measure\") |> range(start: now()) ; @1:28: cannot query an empty range",
                "from(bucket: \"measure\") |> range(start: \"x\") ; @1:41: a time must be",
                "from(bucket: \"measure\") |> range(start: 2026-13-01) ; @1:41: invalid time 2026-13-01",
                "x = 1 ; @1:5: this Flux script returns no streaming data",
                "mean() ; @1:1: missing required argument tables",
                "v.timeRangeStart ; @1:1: undefined identifier \"v\"",
                "x = \"${y}\" ; @1:8: undefined identifier \"y\"",
                "f = (r) => { x = r } ; @1:20: the body of a function in braces must end with return",
                "x = [\"a\": 1] ; @1:5: dictionaries are not supported",
                "strings.toUpper(v: \"x\") ; @1:1: undefined identifier \"strings\"",
                "if 1 then 1 else 2 ; @1:4: expected bool but found int"
            })
    void refusesWhatItDoesNotKnow(String script, String error) {
        HttpResponse<String> response = influx.query(script);

        assertThat(response.body()).startsWith("{\"code\":\"invalid\",\"message\":\"error " + escaped(error));
        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void saysThatABucketDoesNotExist() {
        HttpResponse<String> response = influx.query("\nfrom(bucket: \"nope\") |> range(start: -1h)");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .contains("\"code\":\"not found\"")
                .contains("@2:14")
                .contains("could not find bucket");
    }

    @Test
    void refusesAnExpressionThatIsNestedToExhaustTheStack() {
        HttpResponse<String> response = influx.query("x = " + "(".repeat(4_000) + "1");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("nested more than 100 levels");
    }

    @Test
    void refusesAScriptWithoutAnEnd() {
        HttpResponse<String> response = influx.query("1 ".repeat(22_000));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("more than 20000 words");
    }

    private static String escaped(String text) {
        return text.replace("\"", "\\\"");
    }
}
