package io.fogwhisk.influx.store;

import static io.fogwhisk.influx.store.OpenStore.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers beside writes, packing and deletions. Each write holds one time of all series. */
class SnapshotTest {

    private static final int SERIES = 4;
    private static final int WRITES = 3_000;

    @TempDir
    Path folder;

    @Test
    void neverShowsAHalfOfAWriteOrOfADeletionNorAPointTwice() throws Exception {
        ExecutorService readers = Executors.newFixedThreadPool(2);
        AtomicBoolean done = new AtomicBoolean();
        try (OpenStore open = new OpenStore(folder, new StoreLimits(100, 100, 700, 1_000_000, 10_000))) {
            await(write(open, 0));
            List<CompletableFuture<Integer>> reading = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                reading.add(CompletableFuture.supplyAsync(() -> read(open.store(), done), readers));
            }
            List<CompletionStage<?>> last = new ArrayList<>();
            for (int i = 1; i < WRITES; i++) {
                last.add(write(open, i));
                if (i % 100 == 0) {
                    last.add(open.store().deleteBefore("b", i - 150));
                    last.forEach(OpenStore::await);
                    last.clear();
                }
            }
            last.forEach(OpenStore::await);
            done.set(true);

            for (CompletableFuture<Integer> one : reading) {
                assertThat(one.get(60, TimeUnit.SECONDS)).isPositive();
            }
            assertThat(open.read("b", "m,d=0", "v")).hasSize(WRITES - (WRITES - 100 - 150));
        } finally {
            done.set(true);
            readers.shutdownNow();
        }
    }

    @Test
    void showsTwoReadersTheSame() {
        try (OpenStore open = new OpenStore(folder, StoreLimits.DEFAULT)) {
            await(write(open, 0));

            List<PointReader> readers = open.store().openReaders(2);
            await(write(open, 1));
            await(open.store().deleteBefore("b", 1));
            open.pack();

            for (PointReader reader : readers) {
                assertThat(times(reader)).isEqualTo(List.of(List.of(0L), List.of(0L), List.of(0L), List.of(0L)));
                reader.close();
            }
        }
    }

    private static CompletionStage<List<Rejection>> write(OpenStore open, int time) {
        String[] lines = new String[SERIES];
        for (int i = 0; i < SERIES; i++) {
            lines[i] = "m,d=" + i + " v=" + time + "i " + time;
        }
        return open.store().write("b", OpenStore.points(lines));
    }

    private static int read(PointStore store, AtomicBoolean done) {
        int snapshots = 0;
        while (!done.get()) {
            try (PointReader reader = store.openReader()) {
                List<List<Long>> times = times(reader);
                assertThat(times).hasSize(SERIES);
                for (List<Long> one : times) {
                    assertThat(one).isEqualTo(times.get(0)).isNotEmpty();
                }
                List<Long> first = times.get(0);
                assertThat(first.get(first.size() - 1) - first.get(0)).isEqualTo(first.size() - 1);
                snapshots++;
            }
        }
        return snapshots;
    }

    private static List<List<Long>> times(PointReader reader) {
        List<List<Long>> all = new ArrayList<>();
        for (StoredSeries series : reader.series("b", Optional.empty())) {
            List<Long> times = new ArrayList<>();
            reader.scan(series, Long.MIN_VALUE, Long.MAX_VALUE, (time, value) -> {
                assertThat(value).isEqualTo(time);
                times.add(time);
                return true;
            });
            all.add(times);
        }
        return all;
    }
}
