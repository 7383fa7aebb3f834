package io.fogwhisk.influx.flux.expr;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.syntax.Parser;
import io.fogwhisk.influx.flux.syntax.Position;
import io.fogwhisk.influx.flux.table.Deadline;
import io.fogwhisk.influx.flux.table.Table;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The times that a condition leaves, where it compares with five nanoseconds after 1970 began. */
class TimeConditionsTest {

    private static final long MIN = Long.MIN_VALUE;
    private static final long MAX = Long.MAX_VALUE;

    @ParameterizedTest
    @CsvSource({
        "r._time >= 1970-01-01T00:00:00.000000005Z, 5, " + MAX,
        "r._time > 1970-01-01T00:00:00.000000005Z, 6, " + MAX,
        "r._time < 1970-01-01T00:00:00.000000005Z, " + MIN + ", 5",
        "r._time <= 1970-01-01T00:00:00.000000005Z, " + MIN + ", 6",
        "r._time == 1970-01-01T00:00:00.000000005Z, 5, 6",
        "1970-01-01T00:00:00.000000005Z <= r._time, 5, " + MAX,
        "1970-01-01T00:00:00.000000005Z > r._time, " + MIN + ", 5",
        "r._time >= five, 5, " + MAX,
        "five > r._time, " + MIN + ", 5",
        "r._time != five, " + MIN + ", " + MAX,
        "r._start >= five, " + MIN + ", " + MAX,
        "r._time >= r.other, " + MIN + ", " + MAX,
        "r._time >= five or r._value > 1.0, " + MIN + ", " + MAX,
        "not (r._time >= five), " + MIN + ", " + MAX
    })
    void areThoseForWhichItCanHold(String condition, long start, long stop) {
        // Given
        Expr function = Parser.parse("(r) => " + condition).statements().get(0).value();
        Scope scope = new Scope(null);
        scope.put("five", Scalar.of(BasicType.TIME, 5L));
        Value value = new Evaluator((path, name) -> null, Map.of(), Deadline.none()).evaluate(function, scope);

        // When
        Table.Bounds times = new FunctionPredicate((FunctionValue) value, new Position(1, 1)).times();

        // Then
        assertThat(times).isEqualTo(new Table.Bounds(start, stop));
    }
}
