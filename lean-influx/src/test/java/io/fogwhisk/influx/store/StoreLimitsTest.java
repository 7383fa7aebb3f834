package io.fogwhisk.influx.store;

import static io.fogwhisk.influx.store.OpenStore.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.line.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreLimitsTest {

    private static final int MANY = 2_000;

    @TempDir
    Path folder;

    @Test
    void refusesOnlyThePointsOfTooManySeries() {
        try (OpenStore open = new OpenStore(folder, new StoreLimits(2, 10, 1_000, 1_000_000, 1_000))) {
            assertThat(open.write("b", "m,d=1 v=1 1", "m,d=2 v=1 1", "m,d=3 v=1 1", "m,d=1 v=2 2"))
                    .containsExactly("max-series-per-database limit exceeded: (2)");
            assertThat(open.write("other", "m,d=3 v=1 1")).isEmpty();

            assertThat(open.series("b")).containsExactly("m,d=1 v", "m,d=2 v");
            assertThat(open.read("b", "m,d=1", "v")).isEqualTo(Map.of(1L, 1.0, 2L, 2.0));
        }
    }

    @Test
    void refusesOnlyThePointsOfTooManyFields() {
        try (OpenStore open = new OpenStore(folder, new StoreLimits(2, 3, 1_000, 1_000_000, 1_000))) {
            // When
            List<String> refused = open.write(
                    "b", "m a=1,b=1,c=1,d=1 1", "m a=1,b=1 1", "m b=2,c=2,d=2 2", "m b=3,c=3,c=4 3", "m d=1 4");
            open.write("b", "n a=1 1");

            // Then: the first one did not take a place of a series.
            assertThat(refused).hasSize(3).containsOnly("max-fields-per-series limit exceeded: (3)");
            assertThat(open.series("b")).containsExactly("m a", "m b", "m c", "n a");
            assertThat(open.read("b", "m", "b")).isEqualTo(Map.of(1L, 1.0, 3L, 3.0));
            assertThat(open.write("b", "m d=1 5")).containsExactly("max-fields-per-series limit exceeded: (3)");
        }
    }

    @Test
    void stillTakesTheFieldsOfASeriesThatHasMoreThanTheLimit() {
        // Given
        try (OpenStore open = new OpenStore(folder, StoreLimits.DEFAULT)) {
            open.write("b", "m a=1,b=1,c=1,d=1 1");
        }

        // When
        try (OpenStore open = new OpenStore(folder, new StoreLimits(2, 3, 1_000, 1_000_000, 1_000))) {
            List<String> refused = open.write("b", "m d=2 2", "m e=2 2", "m a=3,d=3 3");

            // Then
            assertThat(refused).containsExactly("max-fields-per-series limit exceeded: (3)");
            assertThat(open.read("b", "m", "d")).isEqualTo(Map.of(1L, 1.0, 2L, 2.0, 3L, 3.0));
        }
    }

    @Test
    void takesANewFieldWithEachOfManyLines() {
        try (OpenStore open = new OpenStore(folder, StoreLimits.DEFAULT)) {
            String[] lines = IntStream.range(0, 20_000)
                    .mapToObj(i -> "m f" + i + "=1 " + i)
                    .toArray(String[]::new);

            assertThat(open.write("b", lines)).hasSize(10_000);

            assertThat(open.series("b")).hasSize(10_000);
            assertThat(open.read("b", "m", "f9999")).isEqualTo(Map.of(9_999L, 1.0));
        }
    }

    @Test
    void keepsAllFieldsOfASeriesWithVeryMany() {
        try (OpenStore open = new OpenStore(folder, StoreLimits.DEFAULT)) {
            String some =
                    IntStream.range(0, 3_000).mapToObj(i -> "f" + i + "=" + i).collect(Collectors.joining(","));
            String others =
                    IntStream.range(2_000, 5_000).mapToObj(i -> "f" + i + "=1").collect(Collectors.joining(","));

            assertThat(open.write("b", "m " + some + " 1", "m " + others + " 2"))
                    .isEmpty();
            assertThat(open.write("b", "m f0=1,f4999=2 3", "m f4999=\"text\" 4"))
                    .hasSize(1);

            assertThat(open.series("b")).hasSize(5_000);
            assertThat(open.read("b", "m", "f0")).isEqualTo(Map.of(1L, 0.0, 3L, 1.0));
            assertThat(open.read("b", "m", "f2000")).isEqualTo(Map.of(1L, 2_000.0, 2L, 1.0));
            assertThat(open.read("b", "m", "f4999")).isEqualTo(Map.of(2L, 1.0, 3L, 2.0));
        }
    }

    @Test
    void takesNewSeriesAgainWhenOthersAreDeleted() {
        try (OpenStore open = new OpenStore(folder, new StoreLimits(1, 1_000, 1_000, 1_000_000, 1_000))) {
            open.write("b", "m,d=1 v=1 1");
            assertThat(open.write("b", "m,d=2 v=1 1")).hasSize(1);

            await(open.store().deleteBefore("b", 2));

            assertThat(open.write("b", "m,d=2 v=1 1")).isEmpty();
        }
    }

    @Test
    void countsTheSeriesOfWritesThatAreCommittedTogether() {
        try (OpenStore open = new OpenStore(folder, new StoreLimits(10, 1_000, 1_000, 1_000_000, 1_000))) {
            List<CompletableFuture<List<Rejection>>> writes = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                writes.add(open.store()
                        .write("b", OpenStore.points("m,d=" + i + " v=1 1"))
                        .toCompletableFuture());
            }

            assertThat(writes.stream().mapToInt(write -> await(write).size()).sum())
                    .isEqualTo(90);
            assertThat(open.series("b")).hasSize(10);
        }
    }

    @Test
    void refusesWritesWhenTooManyPointsWait() {
        try (OpenStore open = new OpenStore(folder, new StoreLimits(10, 1_000, 1_000, 1_000_000, 1))) {
            List<Point> points = OpenStore.points("m v=1 1", "m v=2 2");
            List<CompletableFuture<List<Rejection>>> writes = IntStream.range(0, MANY)
                    .mapToObj(i -> open.store().write("b", points).toCompletableFuture())
                    .toList();

            assertThat(writes)
                    .allSatisfy(write -> assertThat(write.handle((rejections, failure) ->
                                            failure == null || failure instanceof InfluxException)
                                    .join())
                            .isTrue())
                    .anySatisfy(write -> assertThat(write).isCompletedExceptionally());
            assertThat(open.write("b", "m v=3 3")).isEmpty();
        }
    }

    @Test
    void losesNothingWhenTheDiskIsFullAndGoesOnWhenThereIsRoom() {
        Map<Long, Object> before;
        try (OpenStore open = new OpenStore(folder, new StoreLimits(10, 1_000, 2_000, 1_000_000, 100_000))) {
            open.write("b", "m v=1 1");
            await(open.store().limitBytes(400_000));

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            open.write("b", lines(i * 1_000L));
                        }
                    })
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(StoreException.class)
                    .hasMessageContaining("readings.db")
                    .hasMessageContaining("the disk is full, make room");
            before = open.read("b", "m", "v");
            assertThat(before).hasSizeGreaterThan(1_000);
            assertThat(before.size() % 1_000).isEqualTo(1);

            await(open.store().limitBytes(1L << 30));
            assertThat(open.write("b", "m v=2 9999999")).isEmpty();
        }
        try (OpenStore open = new OpenStore(folder, StoreLimits.DEFAULT)) {
            before.put(9_999_999L, 2.0);
            assertThat(open.read("b", "m", "v")).isEqualTo(before);
        }
    }

    @Test
    void packsBeforeItTakesMoreAndReadsAFullLogAtTheStart() {
        StoreLimits limits = new StoreLimits(10, 1_000, 1_000, 1_000_000, 100_000);
        try (OpenStore open = new OpenStore(folder, limits)) {
            for (int i = 0; i < 20; i++) {
                open.write("b", lines(i * 1_000L));
            }
        }

        try (OpenStore open = new OpenStore(folder, limits)) {
            open.write("b", lines(20_000));
            assertThat(open.read("b", "m", "v")).hasSize(21_000);
        }
    }

    private static String[] lines(long from) {
        return IntStream.range(1, 1_001)
                .mapToObj(i -> "m v=" + Math.sin(i) + " " + (from + i + 1))
                .toArray(String[]::new);
    }
}
