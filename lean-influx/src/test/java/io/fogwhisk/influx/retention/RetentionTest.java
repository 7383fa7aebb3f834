package io.fogwhisk.influx.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.MovableClock;
import io.fogwhisk.influx.catalog.Bucket;
import io.fogwhisk.influx.catalog.Catalog;
import io.fogwhisk.influx.catalog.ConfiguredBucket;
import io.fogwhisk.influx.line.LineParser;
import io.fogwhisk.influx.line.LineSink;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.Precision;
import io.fogwhisk.influx.line.SeriesKeyCache;
import io.fogwhisk.influx.store.PointReader;
import io.fogwhisk.influx.store.PointStore;
import io.fogwhisk.influx.store.StoredSeries;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of points as time goes by; on a clock that the tests move. */
class RetentionTest {

    private static final Downsampling HOURLY = new Downsampling(
            "measure",
            "hourly",
            Duration.ofHours(1),
            Duration.ofMinutes(5),
            List.of(WindowFunction.MEAN, WindowFunction.MAX, WindowFunction.COUNT),
            List.of());

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T12:00:00Z"));
    private final SeriesKeyCache keys = new SeriesKeyCache(64);
    private PointStore store;
    private Catalog catalog;

    @BeforeEach
    void open() {
        store = new PointStore("test-commit", folder.resolve("readings.db"), Duration.ZERO);
        store.start();
        catalog = new Catalog(
                folder.resolve("influx.db"),
                "o",
                List.of(
                        new ConfiguredBucket("measure", Optional.of(Duration.ofDays(2))),
                        ConfiguredBucket.named("hourly")),
                "t",
                List.of(),
                clock);
        catalog.start();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void deletesWhatIsOlderThanTheBucketKeepsItAndNothingElse() {
        // Given
        write("measure", "m value=1 " + seconds("2026-01-01T11:00:00Z"));
        write("hourly", "m value=2 " + seconds("2020-01-01T00:00:00Z"));
        Expiry expiry = new Expiry(catalog, store, clock);

        // When
        expiry.run();
        List<String> before = lines("measure");
        clock.move(Duration.ofHours(47));
        expiry.run();
        List<String> atItsEnd = lines("measure");
        clock.move(Duration.ofSeconds(1));
        expiry.run();

        // Then
        assertThat(before).hasSize(1);
        assertThat(atItsEnd).hasSize(1);
        assertThat(lines("measure")).isEmpty();
        assertThat(lines("hourly")).hasSize(1);
    }

    @Test
    void deletesThePointsOfADeletedBucket() {
        // Given
        write("hourly", "m value=2 1");
        Bucket deleted =
                catalog.deleteBucket(catalog.bucketNamed("hourly").orElseThrow().id());

        // When
        new Expiry(catalog, store, clock).run();

        // Then
        assertThat(linesOf(deleted.key())).isEmpty();
        assertThat(catalog.dropped()).isEmpty();
    }

    @Test
    void deletesPointsOfBucketsThatNoLongerExistButNotWhatIsOlderThanTheCatalogue() {
        // Given
        String made = catalog.bucketNamed("hourly").orElseThrow().key();
        write("hourly", "m value=2 1");
        for (String key : List.of("0123456789abcdef", "former")) {
            store.write(key, points("m value=1 1")).toCompletableFuture().join();
        }

        // When
        new Expiry(catalog, store, clock).run();

        // Then
        assertThat(store.buckets()).containsExactlyInAnyOrder("former", made);
    }

    @Test
    void keepsTheAggregatesOfWindowsThatAreOverForAsLongAsPointsMayBeLate() {
        // Given
        write(
                "measure",
                "m,room=a value=1 " + seconds("2026-01-01T10:00:00Z"),
                "m,room=a value=4 " + seconds("2026-01-01T10:59:59Z"),
                "m,room=b whole=7i,text=\"x\" " + seconds("2026-01-01T11:00:00Z"),
                "m,room=a value=9 " + seconds("2026-01-01T12:00:00Z"));
        Downsampler downsampler = new Downsampler(catalog, store, unlimited(), clock);

        // When
        clock.move(Duration.ofMinutes(4));
        downsampler.run(HOURLY);
        List<String> early = lines("hourly");
        clock.move(Duration.ofMinutes(1));
        boolean more = downsampler.run(HOURLY);

        // Then
        String ten = " " + seconds("2026-01-01T10:00:00Z") + "000000000";
        String eleven = " " + seconds("2026-01-01T11:00:00Z") + "000000000";
        assertThat(early)
                .containsExactlyInAnyOrder(
                        "m,room=a mean_value=2.5" + ten,
                        "m,room=a max_value=4.0" + ten,
                        "m,room=a count_value=2i" + ten);
        assertThat(lines("hourly"))
                .hasSize(7)
                .containsAll(early)
                .contains(
                        "m,room=b mean_whole=7.0" + eleven,
                        "m,room=b max_whole=7i" + eleven,
                        "m,room=b count_whole=1i" + eleven,
                        "m,room=b count_text=1i" + eleven);
        assertThat(more).isFalse();
    }

    @Test
    void catchesUpAfterARestartWithoutDoubles() {
        // Given
        write("measure", "m value=1 " + seconds("2026-01-01T00:30:00Z"));
        new Downsampler(catalog, store, unlimited(), clock).run(HOURLY);
        List<String> before = lines("hourly");
        write("measure", "m value=2 " + seconds("2026-01-01T13:30:00Z"));
        clock.move(Duration.ofHours(30));

        // When
        new Downsampler(catalog, store, unlimited(), clock).run(HOURLY);
        new Downsampler(catalog, store, unlimited(), clock).run(HOURLY);

        // Then
        assertThat(before).hasSize(3);
        assertThat(lines("hourly")).hasSize(6).containsAll(before);
    }

    @Test
    void doesNotAggregateWhatHasHalfExpired() {
        // Given
        write("measure", "m value=1 " + seconds("2026-01-01T10:10:00Z"));
        write("measure", "m value=1 " + seconds("2026-01-01T11:10:00Z"));
        clock.move(Duration.ofHours(46).plusMinutes(30));

        // When
        new Downsampler(catalog, store, unlimited(), clock).run(HOURLY);

        // Then
        assertThat(lines("hourly"))
                .hasSize(3)
                .allMatch(line -> line.endsWith(seconds("2026-01-01T11:00:00Z") + "000000000"));
    }

    @Test
    void aFieldThatTheTargetHasWithAnotherTypeDoesNotStopTheRest() {
        // Given
        write("hourly", "m mean_value=\"text\" 1");
        write("measure", "m value=1 " + seconds("2026-01-01T10:10:00Z"));

        // When
        new Downsampler(catalog, store, unlimited(), clock).run(HOURLY);

        // Then
        assertThat(lines("hourly")).hasSize(3);
    }

    @Test
    void onePointOfLongAgoDoesNotKeepARuleBusy() {
        // Given
        Downsampling rule = new Downsampling(
                "hourly", "measure", Duration.ofHours(1), Duration.ZERO, List.of(WindowFunction.MAX), List.of("m"));
        write("hourly", "other value=9 1", "m value=1 36010", "m value=2 " + seconds("2026-01-01T10:10:00Z"));

        // When
        boolean more = new Downsampler(catalog, store, unlimited(), clock).run(rule);

        // Then
        assertThat(more).isFalse();
        assertThat(lines("measure"))
                .containsExactlyInAnyOrder(
                        "m max_value=1.0 36000000000000",
                        "m max_value=2.0 " + seconds("2026-01-01T10:00:00Z") + "000000000");
    }

    @Test
    void namesThatFluxCouldMisreadAreAggregated() {
        // Given
        write("measure", "a\\ \"${b}\\\\x,t\\ g=v\\,1 f\\ \"=3 " + seconds("2026-01-01T10:10:00Z"));

        // When
        new Downsampler(catalog, store, unlimited(), clock).run(HOURLY);

        // Then
        assertThat(lines("hourly")).hasSize(3).allMatch(line -> line.startsWith("a\\ \"${b}\\\\x,t\\ g=v\\,1 "));
    }

    @Test
    void nothingIsDownsampledWhenTheDiskIsUsedUpAndAllOfItAfterwards() {
        // Given
        write("measure", "m value=1 " + seconds("2026-01-01T10:10:00Z"));
        DiskLimit full = new DiskLimit(OptionalLong.of(1), store, folder);

        // When
        Throwable failure = catchThrowable(() -> new Downsampler(catalog, store, full, clock).run(HOURLY));
        List<String> meanwhile = lines("hourly");
        new Downsampler(catalog, store, unlimited(), clock).run(HOURLY);

        // Then
        assertThat(failure).isInstanceOf(InfluxException.class).hasMessageContaining("influx.max-disk");
        assertThat(meanwhile).isEmpty();
        assertThat(lines("hourly")).hasSize(3);
    }

    @Test
    void runsOnItsSchedule() {
        // Given
        write("measure", "m value=1 " + seconds("2025-01-01T00:00:00Z"));
        Maintenance maintenance = new Maintenance("test", catalog, store, unlimited(), List.of(HOURLY), clock);

        // When
        maintenance.start();

        // Then
        try (maintenance) {
            await().untilAsserted(() -> assertThat(lines("measure")).isEmpty());
        }
        maintenance.close();
    }

    private DiskLimit unlimited() {
        return new DiskLimit(OptionalLong.empty(), store, folder);
    }

    private void write(String bucket, String... lines) {
        String key = catalog.bucketNamed(bucket).orElseThrow().key();
        assertThat(store.write(key, points(lines)).toCompletableFuture().join()).isEmpty();
    }

    private List<Point> points(String... lines) {
        List<Point> points = new ArrayList<>();
        LineParser.parse(
                String.join("\n", lines).getBytes(StandardCharsets.UTF_8), Precision.S, 0, keys, new LineSink() {
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

    private List<String> lines(String bucket) {
        return linesOf(catalog.bucketNamed(bucket).orElseThrow().key());
    }

    private List<String> linesOf(String key) {
        List<String> lines = new ArrayList<>();
        try (PointReader reader = store.openReader()) {
            for (StoredSeries series : reader.series(key, Optional.empty())) {
                reader.scan(series, Long.MIN_VALUE, Long.MAX_VALUE, (time, value) -> {
                    String name = series.field().name().replace(" ", "\\ ");
                    String shown = switch (series.field().type()) {
                        case INTEGER -> value + "i";
                        case STRING -> "\"" + value + "\"";
                        default -> String.valueOf(value);
                    };
                    lines.add(series.key().canonical() + " " + name + "=" + shown + " " + time);
                    return true;
                });
            }
        }
        return lines;
    }

    private static String seconds(String time) {
        return String.valueOf(Instant.parse(time).getEpochSecond());
    }
}
