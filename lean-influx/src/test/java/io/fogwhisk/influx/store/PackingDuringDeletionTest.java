package io.fogwhisk.influx.store;

import static io.fogwhisk.influx.store.OpenStore.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.influx.line.Point;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackingDuringDeletionTest {

    private static final int SERIES = 5_000;

    @TempDir
    Path folder;

    @Test
    void packingEndsBeforeALongDeletionDoes() {
        // Given
        Database database = Database.open(folder.resolve("readings.db"), Schema.VERSIONS);
        Memory memory = new Memory(StoreLimits.DEFAULT);
        Committing committing = new Committing(memory, StoreLimits.DEFAULT);
        GroupCommitter committer = new GroupCommitter("test-commit", database, Duration.ZERO, 16);
        committer.start();
        write(
                committer,
                committing,
                IntStream.range(0, SERIES).mapToObj(i -> "m,d=" + i + " v=1 1").toArray(String[]::new));
        memory.freeze();
        while (await(committer.submit(committing::pack, committing::packed))) {
            // Until all is in blocks.
        }
        write(committer, committing, "m,d=0 v=2 2");
        AtomicBoolean packedAtTheEnd = new AtomicBoolean();
        try (Maintenance maintenance = new Maintenance("test", memory, committing, committer)) {
            // When
            long deleted = await(maintenance.delete(new Deletion("b", 5, 6, key -> {
                if (key.canonical().equals("m,d=0")) {
                    maintenance.pack();
                }
                if (key.canonical().equals("m,d=" + (SERIES - 1))) {
                    packedAtTheEnd.set(memory.frozen() == null);
                }
                return false;
            })));

            // Then
            assertThat(deleted).isZero();
            assertThat(packedAtTheEnd).isTrue();
        } finally {
            committer.close();
        }
    }

    private static void write(GroupCommitter committer, Committing committing, String... lines) {
        List<Point> points = OpenStore.points(lines);
        await(committer.submit(
                connection -> committing.write(connection, "b", points), write -> committing.written("b", write)));
    }
}
