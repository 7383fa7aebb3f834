package io.fogwhisk.influx.flux.table;

import static io.fogwhisk.influx.flux.table.TableText.AT;
import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.line.Field;
import io.fogwhisk.influx.line.FieldValue;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.SeriesKey;
import io.fogwhisk.influx.line.Tag;
import io.fogwhisk.influx.store.PointReader;
import io.fogwhisk.influx.store.PointStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanTest {

    @Test
    void readsOnlyTheTimesThatAllConditionsLeave(@TempDir Path folder) throws Exception {
        // Given
        SeriesKey key = new SeriesKey("m", List.of(new Tag("dev", "a")));
        List<Point> points = IntStream.range(0, 100)
                .mapToObj(i -> new Point(key, List.of(new Field("f", new FieldValue.FloatValue(i))), i))
                .toList();
        try (PointStore store = new PointStore("test-scan", folder.resolve("readings.db"), Duration.ofMillis(1))) {
            store.start();
            store.write("b", points).toCompletableFuture().get(30, TimeUnit.SECONDS);
            Plan filtered = new Plan.Source("b", new Table.Bounds(5, 90), AT);
            for (Within within : List.of(
                    new Within(new Table.Bounds(10, Long.MAX_VALUE), true),
                    new Within(new Table.Bounds(Long.MIN_VALUE, 13), true),
                    new Within(new Table.Bounds(0, 50), false),
                    new Within(new Table.Bounds(12, 13), true))) {
                filtered = new Plan.Step(filtered, new Filter(within, false, AT));
            }
            List<Object> seen = new ArrayList<>();

            // When
            try (PointReader reader = store.openReader()) {
                List<Table> tables = new Executor(reader, TableText.execution()).tables(filtered);
                assertThat(tables).hasSize(1);
                assertThat(tables.get(0).bounds()).isEqualTo(new Table.Bounds(5, 90));
                tables.get(0).rows().scan(row -> seen.add(row[2]));
            }

            // Then: what comes after a condition that may fail narrows nothing
            assertThat(seen).containsExactly(10L, 11L, 12L);
        }
    }

    /** Lets every row pass, so that what is missing was not read. */
    private record Within(Table.Bounds times, boolean total) implements RowPredicate {
        @Override
        public Bound bind(List<Column> columns) {
            return row -> true;
        }

        @Override
        public List<RowPredicate> conjuncts() {
            return List.of(this);
        }

        @Override
        public Optional<Set<String>> columns() {
            return Optional.of(Set.of(Table.TIME));
        }

        @Override
        public Optional<Set<String>> among(String column) {
            return Optional.empty();
        }
    }
}
