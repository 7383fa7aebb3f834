package io.fogwhisk.influx.flux.table;

import static io.fogwhisk.influx.flux.table.TableText.AT;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.influx.InfluxException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What operations count as held in memory. */
class MemoryTest {

    @ParameterizedTest
    @MethodSource
    void countsLongTexts(Operation operation) {
        // Given: thirty texts of a hundred thousand letters, and a budget of one MiB
        Rows texts = Rows.of(IntStream.range(0, 30)
                .mapToObj(i -> new Object[] {i + "a".repeat(100_000)})
                .toList());
        Table table = new Table(
                List.of(new Column("_value", ColumnType.STRING, false)),
                new Object[1],
                Table.Bounds.NONE,
                false,
                texts);
        Execution small = new Execution(new MemoryBudget(1 << 20), 0);

        // When // Then
        assertThatThrownBy(() -> operation
                        .apply(List.of(table), small)
                        .forEach(made -> made.rows().scan(row -> true)))
                .isInstanceOf(InfluxException.class)
                .hasMessageContaining("holds more than 1 MiB");
    }

    static List<Operation> countsLongTexts() {
        return List.of(new Distinct("_value", AT), new Unique("_value", AT), new Mode("_value", AT));
    }
}
