package io.fogwhisk.influx.flux;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.RunningInflux;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Expressions and their values, from {@code expressions.txt}: each computed once as a constant, and once for a row,
 * where {@code r.one} is 1 and {@code r.none} is null.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExpressionsTest {

    private static final String IMPORTS = """
            import "array"
            import "date"
            import "math"
            import "regexp"
            import "strings"
            import "timezone"
            import "types"
            option now = () => 2026-03-29T12:34:56.789Z
            """;

    private RunningInflux influx;

    @BeforeAll
    void start(@TempDir Path folder) {
        influx = new RunningInflux(folder);
    }

    @AfterAll
    void close() {
        influx.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("expressions")
    void computesOfConstants(String expression, String value) {
        HttpResponse<String> response = influx.query(
                IMPORTS + "r = {one: 1, text: \"ab\", half: 0.5}\n" + "array.from(rows: [{v: " + expression + "}])");

        assertThat(value(response)).isEqualTo(value);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("expressions")
    void computesOfRows(String expression, String value) {
        HttpResponse<String> response = influx.query(IMPORTS
                + "array.from(rows: [{one: 1, text: \"ab\", half: 0.5}]) |> map(fn: (r) => ({v: " + expression + "}))");

        assertThat(value(response)).isEqualTo(value);
    }

    /** The value in the one row of an answer, or the message of an error. */
    private static String value(HttpResponse<String> response) {
        String body = response.body();
        if (response.statusCode() != 200) {
            return body.replaceAll(".*error @\\d+:\\d+: |\"}$", "error ");
        }
        String[] lines = body.split("\r\n", -1);
        return lines.length < 5 ? body : lines[4].replaceFirst("^,,0,", "").replaceAll("^\"|\"$", "");
    }

    static Stream<Arguments> expressions() throws IOException {
        List<Arguments> cases = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(ExpressionsTest.class.getResourceAsStream("expressions.txt"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                int arrow = line.lastIndexOf(" ==> ");
                if (arrow > 0 && !line.startsWith("#")) {
                    cases.add(Arguments.of(
                            line.substring(0, arrow).strip(),
                            line.substring(arrow + 5).strip()));
                }
            }
        }
        return cases.stream();
    }
}
