package io.fogwhisk.influx.store;

import static io.fogwhisk.influx.store.OpenStore.points;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PointStoreTest {

    @TempDir
    Path folder;

    private PointStore store;

    @BeforeEach
    void open() {
        store = new PointStore("test-commit", folder.resolve("readings.db"), Duration.ofMillis(1));
        store.start();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void letsTheLastWriteOfAFieldWin() {
        write("m value=1 1", "m value=2 1");
        write("m value=3 1");

        assertThat(read("value")).containsExactly(Map.entry(1L, 3.0));
    }

    @Test
    void mergesTheFieldsOfAPointWhateverTheirOrder() {
        write("m value=1 1");
        write("m a=\"x\" 1", "m value=2 1", "m b=true,a=\"y\" 1", "m value=5 1");

        assertThat(read("value")).containsExactly(Map.entry(1L, 5.0));
        assertThat(read("a")).containsExactly(Map.entry(1L, "y"));
        assertThat(read("b")).containsExactly(Map.entry(1L, true));
    }

    @Test
    void keepsAPlainReadingWhenAnotherFieldIsAdded() {
        write("m value=1.5 1", "m value=2.5 2");
        write("m unit=\"C\" 1");

        assertThat(read("value")).containsExactly(Map.entry(1L, 1.5), Map.entry(2L, 2.5));
        assertThat(read("unit")).containsExactly(Map.entry(1L, "C"));
    }

    @Test
    void keepsMeasurementsWithTheSameTagsAndTimeApart() {
        write("m,d=1 value=1 1", "n,d=1 value=2 1", "m,d=2 value=3 1", "n,d=1 value=4 1", "n,d=1 other=5i 2");
        write("m,d=1 other=true 1");

        assertThat(read("m,d=1", "value")).containsExactly(Map.entry(1L, 1.0));
        assertThat(read("m,d=1", "other")).containsExactly(Map.entry(1L, true));
        assertThat(read("n,d=1", "value")).containsExactly(Map.entry(1L, 4.0));
        assertThat(read("n,d=1", "other")).containsExactly(Map.entry(2L, 5L));
        assertThat(read("m,d=2", "value")).containsExactly(Map.entry(1L, 3.0));
    }

    @Test
    void leavesNothingOfARefusedPoint() {
        write("m value=1 1");

        List<Rejection> rejections = write("m value=2 2", "m fresh=1,value=true 3", "m value=4 4");

        assertThat(rejections).singleElement().satisfies(rejection -> {
            assertThat(rejection.index()).isEqualTo(1);
            assertThat(rejection.reason()).contains("is type boolean, already exists as type float");
        });
        try (PointReader reader = store.openReader()) {
            assertThat(reader.series("b", Optional.empty()))
                    .extracting(series -> series.field().name())
                    .containsExactly("value");
        }
        assertThat(read("value").keySet()).containsExactly(1L, 2L, 4L);
    }

    @Test
    void numbersANewSeriesOnceWhenManyWriteItAtTheSameTime() {
        List<CompletableFuture<List<Rejection>>> writes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            writes.add(store.write("b", points("m,dev=" + i % 5 + " value=" + i + " " + i))
                    .toCompletableFuture());
        }
        writes.forEach(write ->
                assertThat(write.orTimeout(30, TimeUnit.SECONDS).join()).isEmpty());

        try (PointReader reader = store.openReader()) {
            assertThat(reader.series("b", Optional.of(Set.of("m")))).hasSize(5);
            assertThat(reader.series("other", Optional.empty())).isEmpty();
        }
    }

    @Test
    void readsOnlyTheRangeAndOnlyAsMuchAsIsWanted() {
        write("m value=1 1", "m value=2 2", "m value=3 3", "m value=4 4");
        List<Long> seen = new ArrayList<>();

        try (PointReader reader = store.openReader()) {
            StoredSeries series = reader.series("b", Optional.empty()).get(0);
            reader.scan(series, 2, 4, (time, value) -> seen.add(time));
            reader.scan(series, Long.MIN_VALUE, Long.MAX_VALUE, (time, value) -> {
                seen.add(-time);
                return time < 2;
            });
        }

        assertThat(seen).containsExactly(2L, 3L, -1L, -2L);
    }

    @Test
    void readsASnapshot() {
        write("m value=1 1");
        List<Object> seen = new ArrayList<>();

        try (PointReader reader = store.openReader()) {
            StoredSeries series = reader.series("b", Optional.empty()).get(0);
            write("m value=2 1", "m value=3 2");
            reader.scan(series, 0, 10, (time, value) -> seen.add(value));
        }

        assertThat(seen).containsExactly(1.0);
    }

    @Test
    void failsWritesOnceItIsClosed() {
        store.close();

        assertThat(store.write("b", points("m value=1 1"))).isCompletedExceptionally();
    }

    private List<Rejection> write(String... lines) {
        return store.write("b", points(lines))
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private Map<Long, Object> read(String field) {
        return read("m", field);
    }

    private Map<Long, Object> read(String key, String field) {
        Map<Long, Object> values = new TreeMap<>();
        try (PointReader reader = store.openReader()) {
            for (StoredSeries series : reader.series("b", Optional.empty())) {
                if (series.key().canonical().equals(key)
                        && series.field().name().equals(field)) {
                    reader.scan(series, Long.MIN_VALUE, Long.MAX_VALUE, (time, value) -> {
                        values.put(time, value);
                        return true;
                    });
                }
            }
        }
        return values;
    }
}
