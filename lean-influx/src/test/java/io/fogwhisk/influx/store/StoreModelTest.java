package io.fogwhisk.influx.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.line.Field;
import io.fogwhisk.influx.line.FieldValue.BooleanValue;
import io.fogwhisk.influx.line.FieldValue.FloatValue;
import io.fogwhisk.influx.line.FieldValue.IntegerValue;
import io.fogwhisk.influx.line.FieldValue.TextValue;
import io.fogwhisk.influx.line.FieldValue.UnsignedValue;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.SeriesKey;
import io.fogwhisk.influx.line.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random writes, late and repeated ones among them, deletions, packing, restarts and crashes, against a naive model. */
class StoreModelTest {

    /** So little that writes have to pack. */
    private static final StoreLimits SMALL = new StoreLimits(1_000, 1_000, 3_000, 1L << 20, 100_000);

    /** Nothing is packed but by the test, so that the files rest while they are copied. */
    private static final StoreLimits LARGE = new StoreLimits(1_000, 1_000, 10_000_000, 1L << 30, 100_000);

    private static final String[] FIELDS = {"f", "i", "u", "b", "s"};
    private static final int TIMES = 8_000;

    @TempDir
    Path folder;

    private final Map<String, NavigableMap<Long, Object>> model = new HashMap<>();
    private PointStore store;
    private StoreLimits limits = LARGE;
    private int file;
    private long clock;

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void holdsWhatANaiveMapHoldsAfterCrashesBetweenTransactions(long seed) throws IOException {
        Random random = new Random(seed);
        for (int step = 0; step < 100; step++) {
            switch (random.nextInt(11)) {
                case 0 -> crash();
                case 1, 2 -> store.freeze();
                case 3, 4 -> await(store.packSlice());
                default -> step(random);
            }
        }
        compare(random);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void holdsWhatANaiveMapHoldsWhileItPacksByItself(long seed) {
        store.close();
        limits = SMALL;
        open();
        Random random = new Random(seed);
        for (int step = 0; step < 100; step++) {
            step(random);
        }
        compare(random);
    }

    private void step(Random random) {
        switch (random.nextInt(10)) {
            case 0 -> delete(random);
            case 1 -> {
                store.close();
                open();
            }
            case 2 -> compare(random);
            default -> write(random);
        }
    }

    private Path path() {
        return folder.resolve("readings-" + file + ".db");
    }

    @BeforeEach
    void open() {
        store = new PointStore("model-commit", path(), Duration.ZERO, limits);
        store.start();
    }

    /** What a process leaves behind that is killed now; the store goes on with that. */
    private void crash() throws IOException {
        Path before = path();
        file++;
        for (String suffix : List.of("", "-wal")) {
            Path left = before.resolveSibling(before.getFileName() + suffix);
            if (Files.exists(left)) {
                Files.copy(left, folder.resolve(path().getFileName() + suffix));
            }
        }
        store.close();
        open();
    }

    private void write(Random random) {
        List<Point> points = new ArrayList<>();
        int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 2_500 : 50);
        boolean late = random.nextInt(4) == 0;
        for (int i = 0; i < count; i++) {
            SeriesKey key = key(random.nextInt(4));
            long time = late ? random.nextInt(TIMES) : clock++ % TIMES;
            List<Field> fields = new ArrayList<>();
            for (String field : FIELDS) {
                if (fields.isEmpty() || random.nextBoolean()) {
                    fields.add(field(field, random));
                }
            }
            points.add(new Point(key, fields, time));
            for (Field field : fields) {
                model.computeIfAbsent(key.canonical() + " " + field.name(), name -> new TreeMap<>())
                        .put(time, plain(field));
            }
        }
        assertThat(await(store.write("b", points))).isEmpty();
    }

    private static SeriesKey key(int device) {
        return new SeriesKey(device == 3 ? "other" : "m", List.of(new Tag("dev", "d" + device)));
    }

    private static Field field(String name, Random random) {
        return new Field(
                name,
                switch (name) {
                    case "f" ->
                        new FloatValue(random.nextInt(10) == 0 ? random.nextGaussian() : random.nextInt(100) / 4.0);
                    case "i" -> new IntegerValue(random.nextInt(10) == 0 ? random.nextLong() : random.nextInt(100));
                    case "u" -> new UnsignedValue(random.nextLong());
                    case "b" -> new BooleanValue(random.nextBoolean());
                    default -> new TextValue("text " + random.nextInt(20));
                });
    }

    private static Object plain(Field field) {
        if (field.value() instanceof FloatValue value) {
            return value.value();
        } else if (field.value() instanceof IntegerValue value) {
            return value.value();
        } else if (field.value() instanceof UnsignedValue value) {
            return value.bits();
        } else if (field.value() instanceof BooleanValue value) {
            return value.value();
        }
        return ((TextValue) field.value()).value();
    }

    private void delete(Random random) {
        long start = random.nextInt(TIMES);
        long stop = random.nextInt(5) == 0 ? Long.MAX_VALUE : start + random.nextInt(TIMES / 2);
        start = random.nextInt(5) == 0 ? Long.MIN_VALUE : start;
        int device = random.nextInt(5);
        SeriesKey only = device == 4 ? null : key(device);
        await(store.delete("b", start, stop, key -> only == null || key.equals(only)));
        for (Map.Entry<String, NavigableMap<Long, Object>> column : model.entrySet()) {
            if (only == null || column.getKey().startsWith(only.canonical() + " ")) {
                column.getValue().subMap(start, stop).clear();
            }
        }
        model.values().removeIf(Map::isEmpty);
    }

    private void compare(Random random) {
        try (PointReader reader = store.openReader()) {
            Map<String, StoredSeries> found = new HashMap<>();
            for (StoredSeries series : reader.series("b", Optional.empty())) {
                found.put(series.key().canonical() + " " + series.field().name(), series);
            }
            assertThat(found.keySet()).containsAll(model.keySet());
            found.forEach((name, series) -> {
                NavigableMap<Long, Object> expected = model.getOrDefault(name, new TreeMap<>());
                assertThat(points(reader, series, Long.MIN_VALUE, Long.MAX_VALUE, false))
                        .as(name)
                        .isEqualTo(new ArrayList<>(expected.entrySet()));
                long start = random.nextInt(TIMES);
                long stop = start + 1 + random.nextInt(TIMES);
                List<Map.Entry<Long, Object>> backwards = points(reader, series, start, stop, true);
                backwards.sort(Map.Entry.comparingByKey());
                assertThat(backwards)
                        .as(name)
                        .isEqualTo(new ArrayList<>(expected.subMap(start, stop).entrySet()));
            });
        }
    }

    private static List<Map.Entry<Long, Object>> points(
            PointReader reader, StoredSeries series, long start, long stop, boolean backwards) {
        List<Map.Entry<Long, Object>> points = new ArrayList<>();
        long[] newest = {Long.MAX_VALUE};
        ChunkVisitor visitor = chunk -> {
            assertThat(chunk.count()).isPositive();
            if (backwards) {
                assertThat(chunk.last()).isLessThan(newest[0]);
                newest[0] = chunk.first();
            }
            for (int i = chunk.from(); i < chunk.to(); i++) {
                points.add(Map.entry(chunk.times()[i], chunk.value(i)));
            }
            return true;
        };
        if (backwards) {
            reader.chunksBackwards(series, start, stop, visitor);
        } else {
            reader.chunks(series, start, stop, visitor);
        }
        return points;
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
