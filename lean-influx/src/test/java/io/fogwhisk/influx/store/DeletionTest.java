package io.fogwhisk.influx.store;

import static io.fogwhisk.influx.store.OpenStore.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.influx.line.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletionTest {

    @TempDir
    Path folder;

    private OpenStore open;

    @BeforeEach
    void open() {
        open = new OpenStore(folder, StoreLimits.DEFAULT);
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void deletesARangeOfSomeSeriesFromMemoryAndBlocks() {
        open.write("b", "m,d=1 v=1 1", "m,d=1 v=2 2", "m,d=2 v=3 2");
        open.pack();
        open.write("b", "m,d=1 v=4 3", "m,d=1 v=5 4", "m,d=2 v=6 3");

        long deleted = await(open.store().delete("b", 2, 4, key -> key.tagText().contains("1")));

        assertThat(deleted).isEqualTo(2);
        assertThat(open.read("b", "m,d=1", "v")).isEqualTo(Map.of(1L, 1.0, 4L, 5.0));
        assertThat(open.read("b", "m,d=2", "v")).isEqualTo(Map.of(2L, 3.0, 3L, 6.0));
    }

    @Test
    void bringsNothingBackFromTheLogAfterARestart() {
        open.write("b", "m v=1 1", "m v=2 2");
        await(open.store().delete("b", 1, 2, key -> true));
        open.write("b", "m v=3 3");

        open.close();
        open();

        assertThat(open.read("b", "m", "v")).isEqualTo(Map.of(2L, 2.0, 3L, 3.0));
    }

    @Test
    void deletesTheEndsOfBlocksExactly() {
        open.write(
                "b",
                IntStream.range(0, 5_000).mapToObj(i -> "m v=" + i + "i " + i).toArray(String[]::new));
        open.pack();

        await(open.store().delete("b", 700, 3_300, key -> true));

        assertThat(open.read("b", "m", "v").keySet())
                .containsExactlyElementsOf(IntStream.concat(IntStream.range(0, 700), IntStream.range(3_300, 5_000))
                        .mapToObj(i -> (long) i)
                        .toList());
    }

    @Test
    void forgetsSeriesWithoutValuesAndThenTheTypesOfTheirFields() {
        open.write("b", "m,d=1 v=1 1", "m,d=2 v=1 5", "n v=1 1");

        await(open.store().deleteBefore("b", 2));

        assertThat(open.series("b")).containsExactly("m,d=2 v");
        assertThat(open.store().seriesCounts()).isEqualTo(Map.of("b", 1L));
        assertThat(open.write("b", "n v=true 1")).isEmpty();
        assertThat(open.write("b", "m,d=3 v=true 1")).singleElement().asString().contains("field type conflict");
    }

    @Test
    void dropsABucketAndNoOther() {
        open.write("b", "m v=1 1", "n v=2 2");
        open.write("c", "m v=3 1");
        open.pack();

        await(open.store().dropBucket("b"));

        assertThat(open.series("b")).isEmpty();
        assertThat(open.store().buckets()).containsExactly("c");
        assertThat(open.read("c", "m", "v")).isEqualTo(Map.of(1L, 3.0));
        assertThat(open.write("b", "m v=\"text\" 1")).isEmpty();
    }

    @Test
    void keepsWhatIsWrittenWhileSeriesGoAway() {
        List<CompletionStage<?>> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            List<Point> points = OpenStore.points("m,d=" + i % 3 + " v=1 " + (i * 1_000 + 999), "m,d=x" + i + " v=1 5");
            all.add(open.store().write("b", points));
            if (i % 10 == 0) {
                all.add(open.store().delete("b", 0, 10, key -> true));
            }
        }
        CompletableFuture.allOf(
                        all.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new))
                .join();

        for (int device = 0; device < 3; device++) {
            assertThat(open.read("b", "m,d=" + device, "v")).hasSize(100);
        }
        open.close();
        open();
        for (int device = 0; device < 3; device++) {
            assertThat(open.read("b", "m,d=" + device, "v")).hasSize(100);
        }
    }

    @Test
    void usesTheRoomAgainThatADeletionLeft() {
        String[] lines = IntStream.range(0, 50_000)
                .mapToObj(i -> "m v=" + Math.sqrt(i) + " " + i)
                .toArray(String[]::new);
        open.write("b", lines);
        open.pack();
        long full = open.store().bytes();

        await(open.store().deleteBefore("b", Long.MAX_VALUE));
        open.pack();

        assertThat(full).isGreaterThan(400_000);
        try (OpenStore again = reopened()) {
            assertThat(again.store().bytes()).isLessThan(full / 3);
        }
    }

    private OpenStore reopened() {
        open.close();
        return new OpenStore(folder, StoreLimits.DEFAULT);
    }
}
