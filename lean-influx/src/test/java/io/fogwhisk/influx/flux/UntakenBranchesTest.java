package io.fogwhisk.influx.flux;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.RunningInflux;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches that cannot be computed, where a row takes them and where none does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UntakenBranchesTest {

    private static final String ROW = "import \"array\"\narray.from(rows: [{one: 1, text: \"a\"}])\n";
    private static final String POINT = "from(bucket: \"measure\") |> range(start: 0)\n";
    private static final String BAD_TEXT = "cannot convert string";

    private RunningInflux influx;

    @BeforeAll
    void writeAPoint(@TempDir Path folder) {
        influx = new RunningInflux(folder);
        assertThat(influx.write("m,room=a value=1 1767225600").statusCode()).isEqualTo(204);
    }

    @AfterAll
    void close() {
        influx.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "if r.one == 2 then die(msg: \"no\") else \"good\"",
                "if r.one == 1 then \"good\" else die(msg: \"no\")",
                "if r.one == 1 then \"good\" else string(v: int(v: \"bad\"))",
                "if r.one == 1 then \"good\" else if r.one == 2 then die(msg: \"no\") else \"other\"",
                "if r.one == 1 then \"good\" else string(v: 1 / 0)",
                "if r.one == 1 then \"good\" else [\"x\"][1]",
                "if r.one == 1 or die(msg: \"no\") then \"good\" else \"bad\"",
                "if r.one == 2 and die(msg: \"no\") then \"bad\" else \"good\"",
                "if r.one == 2 and bool(v: \"x\") then \"bad\" else \"good\""
            })
    void doNotMatterToARowThatDoesNotTakeThem(String expression) {
        HttpResponse<String> response = influx.query(ROW + "|> map(fn: (r) => ({v: " + expression + "}))");

        assertThat(response.body()).contains(",,0,good").doesNotContain("error");
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "|> map(fn: (r) => ({v: if r.one == 1 then die(msg: \"taken\") else \"good\"}))",
                "|> map(fn: (r) => ({v: if r.one == 2 then \"good\" else die(msg: \"taken\")}))",
                "|> map(fn: (r) => ({v: if r.one == 2 then 1 else if r.one == 1 then die(msg: \"taken\") else 2}))",
                "|> map(fn: (r) => (if r.one == 1 then {v: 1, w: die(msg: \"taken\")} else {v: 2, w: 3}))",
                "|> map(fn: (r) => ({v: r.one == 1 and die(msg: \"taken\")}))",
                "|> map(fn: (r) => ({v: r.one == 2 or die(msg: \"taken\")}))",
                "|> map(fn: (r) => ({v: if true then die(msg: \"taken\") else 1}))",
                "|> map(fn: (r) => ({v: true and die(msg: \"taken\")}))",
                "|> filter(fn: (r) => r.one == 1 and die(msg: \"taken\"))",
                "|> filter(fn: (r) => die(msg: \"taken\"))"
            })
    void failWhereTheyAreTaken(String operation) {
        HttpResponse<String> response = influx.query(ROW + operation);

        assertThat(response.body()).contains("taken");
        assertThat(response.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r._measurement == \"none\" and die(msg: \"no\")",
                "r.room == \"b\" and die(msg: \"no\")",
                "r._value > 1.0 and die(msg: \"no\")",
                "r._value > 1.0 and int(v: r.room) == 1",
                "r.room == \"b\" and int(v: r.room) == 1"
            })
    void doNotMatterToSeriesThatAreLeftOut(String condition) {
        HttpResponse<String> response = influx.query(POINT + "|> filter(fn: (r) => " + condition + ")");

        assertThat(response.body()).isBlank();
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r._value == 1.0 and int(v: r.room) == 1",
                "r.room == \"a\" and int(v: r.room) == 1",
                "r.room == \"a\" and r._value == 1.0 and int(v: \"a\") == 1"
            })
    void failForStoredRowsThatNeedThem(String condition) {
        HttpResponse<String> response = influx.query(POINT + "|> filter(fn: (r) => " + condition + ")");

        assertThat(response.body()).contains(BAD_TEXT);
        assertThat(response.statusCode()).isEqualTo(400);
    }
}
