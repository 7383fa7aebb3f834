package io.fogwhisk.influx.flux.table;

import static io.fogwhisk.influx.flux.table.TableText.AT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.line.Field;
import io.fogwhisk.influx.line.FieldValue;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.SeriesKey;
import io.fogwhisk.influx.line.Tag;
import io.fogwhisk.influx.store.PointReader;
import io.fogwhisk.influx.store.PointStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What operations count as held in memory. */
class MemoryTest {

    @Test
    void countsTheTablesOfAScan(@TempDir Path folder) throws Exception {
        // Given
        List<Point> points = IntStream.range(0, 3_000)
                .mapToObj(i -> new Point(
                        new SeriesKey("m", List.of(new Tag("dev", "dev" + i))),
                        List.of(new Field("f", new FieldValue.FloatValue(i))),
                        1))
                .toList();
        try (PointStore store = new PointStore("test-memory", folder.resolve("readings.db"), Duration.ofMillis(1))) {
            store.start();
            store.write("b", points).toCompletableFuture().get(30, TimeUnit.SECONDS);
            Plan all = new Plan.Source("b", new Table.Bounds(0, 10), AT);
            Plan few = new Plan.Step(
                    new Plan.Source("b", new Table.Bounds(0, 10), AT), new Filter(new NameOfDevice("dev7"), false, AT));
            try (PointReader reader = store.openReader()) {
                // When // Then: those that the filter leaves out do not count, however many they are.
                assertThat(new Executor(reader, new Execution(new MemoryBudget(1_000), 0)).tables(few))
                        .hasSize(1);
                assertThatThrownBy(() -> new Executor(reader, new Execution(new MemoryBudget(1 << 20), 0)).tables(all))
                        .isInstanceOf(InfluxException.class)
                        .hasMessageContaining("holds more than 1 MiB");
            }
        }
    }

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

    private record NameOfDevice(String name) implements RowPredicate {
        @Override
        public Bound bind(List<Column> columns) {
            int place = columns.indexOf(new Column("dev", ColumnType.STRING, true));
            return row -> name.equals(row[place]);
        }

        @Override
        public List<RowPredicate> conjuncts() {
            return List.of(this);
        }

        @Override
        public boolean total() {
            return true;
        }

        @Override
        public Optional<Set<String>> columns() {
            return Optional.of(Set.of("dev"));
        }

        @Override
        public Optional<Set<String>> among(String column) {
            return Optional.empty();
        }
    }
}
