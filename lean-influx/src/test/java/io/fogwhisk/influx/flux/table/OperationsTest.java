package io.fogwhisk.influx.flux.table;

import static io.fogwhisk.influx.flux.table.TableText.AT;
import static io.fogwhisk.influx.flux.table.TableText.INTS;
import static io.fogwhisk.influx.flux.table.TableText.apply;
import static io.fogwhisk.influx.flux.table.TableText.normal;
import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.flux.time.FluxDuration;
import io.fogwhisk.influx.flux.time.Zone;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each operation makes of tables; the numbers are those of the sample data of InfluxDB's documentation. */
class OperationsTest {

    private static final List<String> VALUE = List.of("_value");
    private static final FluxDuration SECOND = FluxDuration.ofSeconds(1);
    private static final String NULLS = """
            _time:time _value:int *tag:string
            0 -2 t1
            10 - t1
            20 7 t1
            30 - t1
            40 - t1
            50 4 t1

            _time:time _value:int *tag:string
            0 - t2
            10 4 t2
            20 -3 t2
            30 19 t2
            40 - t2
            50 1 t2
            """;

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void changesTables(String name, Operation operation, String tables, String expected) {
        assertThat(apply(operation, tables)).as(name).isEqualTo(normal(expected));
    }

    static List<Arguments> changesTables() {
        return List.of(
                Arguments.of("difference", new Difference(false, VALUE, false, false, AT), NULLS, """
                        _time:time _value:int *tag:string
                        10 - t1
                        20 9 t1
                        30 - t1
                        40 - t1
                        50 -3 t1

                        _time:time _value:int *tag:string
                        10 - t2
                        20 -7 t2
                        30 22 t2
                        40 - t2
                        50 -18 t2
                        """),
                Arguments.of(
                        "difference that keeps the first", new Difference(true, VALUE, true, false, AT), INTS, """
                        _time:time _value:int *tag:string
                        0 - t1
                        10 12 t1
                        20 - t1
                        30 10 t1
                        40 - t1
                        50 - t1

                        _time:time _value:int *tag:string
                        0 - t2
                        10 - t2
                        20 - t2
                        30 22 t2
                        40 - t2
                        50 - t2
                        """),
                Arguments.of("derivative", new Derivative(SECOND, false, VALUE, "_time", false, AT), NULLS, """
                        _time:time _value:float *tag:string
                        10 - t1
                        20 0.45 t1
                        30 - t1
                        40 - t1
                        50 -0.1 t1

                        _time:time _value:float *tag:string
                        10 - t2
                        20 -0.7 t2
                        30 2.2 t2
                        40 - t2
                        50 -0.9 t2
                        """),
                Arguments.of("derivative from zero", new Derivative(SECOND, true, VALUE, "_time", true, AT), INTS, """
                        _time:time _value:float *tag:string
                        10 1.2 t1
                        20 0.7 t1
                        30 1 t1
                        40 1.5 t1
                        50 0.4 t1

                        _time:time _value:float *tag:string
                        10 0.4 t2
                        20 - t2
                        30 2.2 t2
                        40 1.3 t2
                        50 0.1 t2
                        """),
                Arguments.of("increase", new Increase(VALUE, AT), INTS, """
                        _time:time _value:int *tag:string
                        0 0 t1
                        10 12 t1
                        20 19 t1
                        30 29 t1
                        40 44 t1
                        50 48 t1

                        _time:time _value:int *tag:string
                        0 0 t2
                        10 4 t2
                        20 4 t2
                        30 26 t2
                        40 39 t2
                        50 40 t2
                        """),
                Arguments.of("moving average", new MovingAverage(3, AT), NULLS, """
                        _time:time _value:float *tag:string
                        20 2.5 t1
                        30 7 t1
                        40 7 t1
                        50 4 t1

                        _time:time _value:float *tag:string
                        20 0.5 t2
                        30 6.666666666666667 t2
                        40 8 t2
                        50 10 t2
                        """),
                Arguments.of("moving average over more than there is", new MovingAverage(10, AT), INTS, """
                        _time:time _value:float *tag:string
                        50 8.5 t1

                        _time:time _value:float *tag:string
                        50 8.833333333333334 t2
                        """),
                Arguments.of("elapsed", new Elapsed(FluxDuration.parse("3s"), "_time", "elapsed", AT), """
                        _time:time *tag:string
                        0 t1
                        10 t1
                        12 t1
                        """, """
                        _time:time *tag:string elapsed:int
                        10 t1 3
                        12 t1 0
                        """),
                Arguments.of("fill with a value", Fill.with("_value", 0L, ColumnType.INT, AT), """
                        _value:int *tag:string
                        - t1
                        2 t1
                        - t1
                        """, """
                        _value:int *tag:string
                        0 t1
                        2 t1
                        0 t1
                        """),
                Arguments.of("fill with the one before", Fill.previous("_value", AT), """
                        _value:int *tag:string
                        - t1
                        2 t1
                        - t1
                        """, """
                        _value:int *tag:string
                        - t1
                        2 t1
                        2 t1
                        """),
                Arguments.of("mode", new Mode("_value", AT), INTS, """
                        *tag:string _value:int
                        t1 -

                        *tag:string _value:int
                        t2 19
                        """),
                Arguments.of("distinct", new Distinct("_value", AT), NULLS, """
                        *tag:string _value:int
                        t1 -2
                        t1 -
                        t1 7
                        t1 4

                        *tag:string _value:int
                        t2 -
                        t2 4
                        t2 -3
                        t2 19
                        t2 1
                        """),
                Arguments.of("distinct of the group key", new Distinct("tag", AT), INTS, """
                        *tag:string _value:string
                        t1 t1

                        *tag:string _value:string
                        t2 t2
                        """),
                Arguments.of("unique", new Unique("_value", AT), NULLS, """
                        _time:time _value:int *tag:string
                        0 -2 t1
                        10 - t1
                        20 7 t1
                        50 4 t1

                        _time:time _value:int *tag:string
                        0 - t2
                        10 4 t2
                        20 -3 t2
                        30 19 t2
                        50 1 t2
                        """),
                Arguments.of("tail with an offset", new Tail(2, 1, AT), INTS, """
                        _time:time _value:int *tag:string
                        30 17 t1
                        40 15 t1

                        _time:time _value:int *tag:string
                        30 19 t2
                        40 13 t2
                        """),
                Arguments.of("sort puts null last", new Sort(VALUE, false, AT), NULLS, """
                        _time:time _value:int *tag:string
                        0 -2 t1
                        50 4 t1
                        20 7 t1
                        10 - t1
                        30 - t1
                        40 - t1

                        _time:time _value:int *tag:string
                        20 -3 t2
                        50 1 t2
                        10 4 t2
                        30 19 t2
                        0 - t2
                        40 - t2
                        """),
                Arguments.of("keys", new KeyNames("_value", AT), INTS, """
                        *tag:string _value:string
                        t1 tag

                        *tag:string _value:string
                        t2 tag
                        """),
                Arguments.of("columns", new ColumnNames("labels", AT), "_time:time *tag:string\n1 t1", """
                        *tag:string labels:string
                        t1 _time
                        t1 tag
                        """),
                Arguments.of("set in the group key", new SetValue("tag", "x", AT), """
                        _value:int *tag:string
                        1 t1

                        _value:int *tag:string
                        2 t2
                        """, """
                        _value:int *tag:string
                        1 x
                        2 x
                        """),
                Arguments.of("set a new column", new SetValue("new", "x", AT), "_value:int\n1", """
                        _value:int new:string
                        1 x
                        """),
                Arguments.of("rename", new Rename(Map.of("tag", "dc"), AT), "_value:int *tag:string\n1 t1", """
                        _value:int *dc:string
                        1 t1
                        """),
                Arguments.of("duplicate", new Duplicate("tag", "as", AT), "_value:int *tag:string\n1 t1", """
                        _value:int *tag:string as:string
                        1 t1 t1
                        """),
                Arguments.of("drop merges tables", new Columns(List.of("tag", "_time"), false, AT), """
                        _value:int *tag:string
                        1 t1

                        _value:int *tag:string *more:string
                        2 t2 x

                        other:bool *tag:string
                        true t3
                        """, """
                        _value:int other:bool
                        1 -
                        - true

                        _value:int *more:string
                        2 x
                        """),
                Arguments.of(
                        "time shift",
                        new TimeShift(FluxDuration.parse("1m"), List.of("_time", "_start"), AT),
                        """
                        _time:time *_start:time
                        1 0
                        """,
                        """
                        _time:time *_start:time
                        61 60
                        """),
                Arguments.of(
                        "truncate", new TruncateTimeColumn(FluxDuration.parse("1m"), "_time", Zone.UTC, AT), """
                        _time:time
                        59
                        61
                        -
                        """, """
                        _time:time
                        0
                        60
                        -
                        """),
                Arguments.of("to string", new Convert(ColumnType.STRING, AT), "_value:float\n1.50\n1000000000\n-", """
                        _value:string
                        1.5
                        1000000000
                        -
                        """),
                Arguments.of("to int", new Convert(ColumnType.INT, AT), "_value:float\n-1.9\n2.1", """
                        _value:int
                        -1
                        2
                        """),
                Arguments.of("range", new Range(new Table.Bounds(10_000_000_000L, 20_000_000_000L), AT), INTS, """
                        *_start:time *_stop:time _time:time _value:int *tag:string
                        10 20 10 10 t1

                        *_start:time *_stop:time _time:time _value:int *tag:string
                        10 20 10 4 t2
                        """),
                Arguments.of("pivot", new Pivot(List.of("_time"), List.of("_field"), "_value", AT), """
                        _time:time *_measurement:string *_field:string _value:int
                        1 m1 f1 1
                        2 m1 f1 4

                        _time:time *_measurement:string *_field:string _value:int
                        1 m1 f2 2
                        3 m1 f2 7
                        3 m1 f2 8
                        """, """
                        _time:time *_measurement:string f1:int f2:int
                        1 m1 1 2
                        2 m1 4 -
                        3 m1 - 8
                        """));
    }
}
