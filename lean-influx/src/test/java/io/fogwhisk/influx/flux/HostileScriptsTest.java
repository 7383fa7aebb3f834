package io.fogwhisk.influx.flux;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.flux.table.Column;
import io.fogwhisk.influx.flux.table.Deadline;
import io.fogwhisk.influx.flux.table.ResultSink;
import io.fogwhisk.influx.store.PointStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts that are made to take all memory, all time or the whole stack: each ends with an error that says so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileScriptsTest {

    private static final String ROWS = """
            import "array"
            y0 = array.from(rows: [
                {_time: 2026-01-01T00:00:00Z, _value: 1.0, t: "a"},
                {_time: 2026-01-01T00:00:01Z, _value: 2.0, t: "b"},
            ])
            """;
    private static final String YEARS = "y0 |> range(start: 2020-01-01T00:00:00Z, stop: 2027-01-01T00:00:00Z) |> ";
    private static final String LONG = "import \"strings\"\ns = strings.repeat(v: \"a\", i: 500000)\n";
    private static final String TOO_MUCH = "holds more than 64 MiB";

    private PointStore store;

    @BeforeAll
    void open(@TempDir Path folder) {
        store = new PointStore("hostile", folder.resolve("points"), Duration.ofMillis(1));
        store.start();
    }

    @AfterAll
    void close() {
        store.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void endsWithAClearError(String name, String script, String message) {
        // Given: a clock that moves with every look at it, so that no test waits
        AtomicLong looks = new AtomicLong();
        Deadline deadline = new Deadline(Duration.ofSeconds(20), () -> looks.incrementAndGet() * 1_000_000);

        // When // Then
        assertThatThrownBy(() -> FluxQuery.compile(script, Map.of(), Instant.parse("2026-01-02T00:00:00Z"), deadline)
                        .run(store, new Ignoring()))
                .as(name)
                .isInstanceOf(InfluxException.class)
                .hasMessageContaining(message);
    }

    static List<Arguments> endsWithAClearError() {
        return List.of(
                Arguments.of("parentheses", "(".repeat(5_000) + "1" + ")".repeat(5_000), "nested more than 100"),
                Arguments.of("a function of itself", "f = (g) => g(g: g)\nf(g: f)", "cannot contain itself"),
                Arguments.of(
                        "types that double",
                        "f0 = (x) => ({a: x, b: x})\n"
                                + lines(40, i -> "f" + i + " = (x) => f" + (i - 1) + "(x: f" + (i - 1) + "(x: x))"),
                        "too complex"),
                Arguments.of(
                        "arrays in arrays",
                        "a0 = [1]\n" + lines(3_500, i -> "a" + i + " = [a" + (i - 1) + "]"),
                        "too complex"),
                Arguments.of(
                        "a text that doubles",
                        "s0 = \"aaaaaaaa\"\n"
                                + lines(40, i -> "s" + i + " = \"${s" + (i - 1) + "}${s" + (i - 1) + "}\""),
                        "grows longer"),
                Arguments.of(
                        "a long text in place of each letter",
                        LONG + "x = strings.replaceAll(v: s, t: \"a\", u: s)",
                        "grows longer"),
                Arguments.of(
                        "a long text in place of some letters",
                        LONG + "x = strings.replace(v: s, t: \"a\", u: s, i: 5000)",
                        "grows longer"),
                Arguments.of(
                        "a long text between texts",
                        LONG + "x = strings.joinStr(arr: [s, s, s], v: s)",
                        "grows longer"),
                Arguments.of(
                        "a long text in place of each match",
                        "import \"regexp\"\n" + LONG + "x = regexp.replaceAllString(r: /a/, v: s, t: s)",
                        "grows longer"),
                Arguments.of(
                        "many long texts",
                        "import \"strings\"\ns = strings.repeat(v: \"a\", i: 1000000)\nx = ["
                                + "s + \"b\", ".repeat(3_000) + "s]",
                        "64 MiB of texts and arrays"),
                Arguments.of(
                        "an array that doubles",
                        "import \"array\"\na0 = [1, 2]\n"
                                + lines(
                                        40,
                                        i -> "a" + i + " = array.concat(arr: a" + (i - 1) + ", v: a" + (i - 1) + ")"),
                        "64 MiB of texts and arrays"),
                Arguments.of("a regex that multiplies", "x = \"a\" =~ /((a{1000}){1000}){1000}/", "too large"),
                Arguments.of(
                        "windows of a nanosecond", ROWS + YEARS + "aggregateWindow(every: 1ns, fn: mean)", TOO_MUCH),
                Arguments.of(
                        "windows without length",
                        ROWS + YEARS + "window(every: 1ns, period: 0s, createEmpty: true)",
                        "takes longer than 20000 ms"),
                Arguments.of(
                        "windows that overlap",
                        ROWS + YEARS + "window(every: 1ns, period: 1y)",
                        "more than 10000 windows hold each moment"),
                Arguments.of(
                        "windows that overlap in one pass",
                        ROWS + YEARS + "aggregateWindow(every: 1s, period: 4h, fn: mean)",
                        "more than 10000 windows hold each moment"),
                Arguments.of(
                        "joins that explode",
                        ROWS + "j0 = y0 |> keep(columns: [\"t\"]) |> set(key: \"t\", value: \"k\")\n"
                                + lines(
                                        8,
                                        i -> "j" + i + " = join(tables: {a: j" + (i - 1) + ", b: j" + (i - 1)
                                                + "}, on: [\"t\"])")
                                + "j8",
                        TOO_MUCH),
                Arguments.of("a column for each row", doubled(14) + """
                        |> map(fn: (r) => ({t: r._time, c: string(v: r._time), _value: 1.0}))
                        |> pivot(rowKey: ["t"], columnKey: ["c"], valueColumn: "_value")
                        """, TOO_MUCH),
                Arguments.of("a table for each row", doubled(18) + "|> group(columns: [\"_time\"])", TOO_MUCH),
                Arguments.of(
                        "streams that double",
                        ROWS + lines(27, i -> "y" + i + " = union(tables: [y" + (i - 1) + ", y" + (i - 1) + "])")
                                + "y27 |> count()",
                        "takes longer than 20000 ms"),
                Arguments.of(
                        "operations without end",
                        ROWS + lines(1_000, i -> "y" + i + " = y" + (i - 1) + " |> limit(n: 9)") + "y1000",
                        "more than 400 operations"));
    }

    private static String doubled(int times) {
        return ROWS
                + lines(
                        times,
                        i -> "y" + i + " = union(tables: [y" + (i - 1) + ", y" + (i - 1) + " |> timeShift(duration: "
                                + (1 << i) + "s)])")
                + "y" + times;
    }

    private static String lines(int count, IntFunction<String> line) {
        return IntStream.rangeClosed(1, count).mapToObj(line).collect(Collectors.joining("\n", "", "\n"));
    }

    private static final class Ignoring implements ResultSink {
        @Override
        public void result(String name) {}

        @Override
        public void table(List<Column> columns, @Nullable Object[] key) {}

        @Override
        public void row(@Nullable Object[] values) {}
    }
}
