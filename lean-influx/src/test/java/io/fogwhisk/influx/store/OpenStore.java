package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.LineParser;
import io.fogwhisk.influx.line.LineSink;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.Precision;
import io.fogwhisk.influx.line.SeriesKeyCache;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A store in a folder, and short ways to write to it and read from it. */
final class OpenStore implements AutoCloseable {

    private final PointStore store;

    OpenStore(Path folder, StoreLimits limits) {
        store = new PointStore("test-commit", folder.resolve("readings.db"), Duration.ZERO, limits);
        store.start();
    }

    PointStore store() {
        return store;
    }

    /** Writes lines with timestamps in nanoseconds; the reasons of rejections. */
    List<String> write(String bucket, String... lines) {
        return await(store.write(bucket, points(lines))).stream()
                .map(Rejection::reason)
                .toList();
    }

    /** The values of a field of a series by time. */
    Map<Long, Object> read(String bucket, String key, String field) {
        Map<Long, Object> values = new TreeMap<>();
        try (PointReader reader = store.openReader()) {
            for (StoredSeries series : reader.series(bucket, Optional.empty())) {
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

    /** The series of a bucket with their fields, as {@code key field}. */
    List<String> series(String bucket) {
        try (PointReader reader = store.openReader()) {
            return reader.series(bucket, Optional.empty()).stream()
                    .map(series ->
                            series.key().canonical() + " " + series.field().name())
                    .toList();
        }
    }

    /** Packs all that is in memory. */
    void pack() {
        store.freeze();
        while (await(store.packSlice())) {
            // Until all is done.
        }
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    static List<Point> points(String... lines) {
        List<Point> points = new ArrayList<>();
        LineParser.parse(
                String.join("\n", lines).getBytes(StandardCharsets.UTF_8),
                Precision.NS,
                0,
                new SeriesKeyCache(16),
                new LineSink() {
                    @Override
                    public void point(int line, Point point) {
                        points.add(point);
                    }

                    @Override
                    public void bad(int first, int last, String text, String reason) {
                        throw new AssertionError(text + ": " + reason);
                    }
                });
        return points;
    }

    @Override
    public void close() {
        store.close();
    }
}
