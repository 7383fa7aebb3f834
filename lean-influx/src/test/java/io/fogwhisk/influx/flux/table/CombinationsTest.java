package io.fogwhisk.influx.flux.table;

import static io.fogwhisk.influx.flux.table.TableText.AT;
import static io.fogwhisk.influx.flux.table.TableText.INTS;
import static io.fogwhisk.influx.flux.table.TableText.apply;
import static io.fogwhisk.influx.flux.table.TableText.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.flux.time.FluxDuration;
import io.fogwhisk.influx.flux.time.Zone;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What operations make of several streams, and what they refuse. */
class CombinationsTest {
    private static final List<String> VALUE = List.of("_value");
    private static final FluxDuration SECOND = FluxDuration.ofSeconds(1);

    @Test
    void joinsPairsOfRows() {
        Join join = new Join(List.of("a", "b"), List.of("_time", "tag"), "inner", AT);
        List<Table> left = TableText.tables("""
                _time:time _value:int *tag:string
                2 20 x
                1 10 x
                - 30 x

                _time:time _value:int *tag:string
                1 11 y
                """);
        List<Table> right = TableText.tables("""
                _time:time _value:float *tag:string unit:string
                1 0.5 x C
                2 1.5 x C
                2 2.5 x F
                - 3.5 x F

                _time:time _value:float *tag:string unit:string
                1 0.5 z C
                """);

        List<Table> joined = join.apply(List.of(left, right), TableText.execution());

        assertThat(TableText.text(joined)).isEqualTo(normal("""
                        _time:time _value_a:int _value_b:float *tag:string unit:string
                        1 10 0.5 x C
                        2 20 1.5 x C
                        2 20 2.5 x F
                        """));
    }

    @Test
    void unitesTablesWithEqualKeys() {
        List<Table> left = TableText.tables("_value:int *tag:string\n1 x");
        List<Table> right =
                TableText.tables("_value:int *tag:string\n2 y\n\n_value:int *tag:string more:bool\n3 x true");

        List<Table> united = new Union(AT).apply(List.of(left, right), TableText.execution());

        assertThat(TableText.text(united)).isEqualTo(normal("""
                        _value:int *tag:string more:bool
                        1 x -
                        3 x true

                        _value:int *tag:string
                        2 y
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesWhatDoesNotFit(String message, Executable wrong) {
        assertThatThrownBy(wrong::execute)
                .isInstanceOf(InfluxException.class)
                .hasMessageStartingWith("error @1:2: ")
                .hasMessageContaining(message);
    }

    static List<Arguments> refusesWhatDoesNotFit() {
        String texts = "_value:string *tag:string\nx t1";
        String both = "_value:int\n1\n\n_value:string *tag:string\nx t1";
        return List.of(
                refused("sum() does not take a column of type string", reduce(new Aggregation.Sum()), texts),
                refused("column \"nothing\" does not exist", new Unique("nothing", AT), texts),
                refused(
                        "difference() does not take a column of type string",
                        new Difference(false, VALUE, false, false, AT),
                        texts),
                refused(
                        "cannot aggregate columns that are part of the group key",
                        new Reduce(new Aggregation.Count(), "tag", AT),
                        texts),
                refused(
                        "fill column type mismatch: column _value is of type string, the value of type int",
                        Fill.with("_value", 0L, ColumnType.INT, AT),
                        texts),
                refused("fill column not found: no", Fill.previous("no", AT), texts),
                refused(
                        "schema collision: cannot group int and string types together",
                        new Columns(List.of("tag"), false, AT),
                        both),
                refused("cannot convert string \"x\" to int", new Convert(ColumnType.INT, AT), texts),
                refused("rename error: column \"no\" doesn't exist", new Rename(Map.of("no", "a"), AT), texts),
                refused(
                        "specified column does not exist in table: _time",
                        new Pivot(List.of("_time"), List.of("tag"), "_value", AT),
                        texts),
                refused(
                        "nil bounds passed to window",
                        new Window(SECOND, SECOND, FluxDuration.ZERO, Zone.UTC, "_time", "_start", "_stop", false, AT),
                        INTS));
    }

    private static Arguments refused(String message, Operation operation, String tables) {
        return Arguments.of(message, (Executable) () -> apply(operation, tables));
    }

    private static Reduce reduce(Aggregation aggregation) {
        return new Reduce(aggregation, "_value", AT);
    }
}
