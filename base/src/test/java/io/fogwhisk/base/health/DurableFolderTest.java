package io.fogwhisk.base.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFolderTest {

    @Test
    void aFolderThatTakesAWriteIsWell(@TempDir Path folder) {
        DurableFolder check = new DurableFolder(folder);

        assertThat(check.fault()).isEmpty();
        assertThat(check.fault()).isEmpty();
        assertThat(folder.resolve(DurableFolder.FILE)).exists();
    }

    @Test
    void aFolderThatIsGoneSaysSo(@TempDir Path folder) {
        Path gone = folder.resolve("gone");

        assertThat(new DurableFolder(gone).fault())
                .hasValueSatisfying(
                        fault -> assertThat(fault).contains(gone.toString()).contains("takes no durable write"));
    }

    @Test
    void aFullDiskSaysSoUntilThereIsRoom(@TempDir Path folder) throws Exception {
        try (SmallDisk disk = new SmallDisk(folder, 1)) {
            AtomicLong nanos = new AtomicLong();
            DurableFolder check = new DurableFolder(disk.folder(), nanos::get);
            assertThat(check.fault()).isEmpty();

            disk.fill(0);
            assertThat(check.fault()).as("written to a moment ago").isEmpty();
            nanos.addAndGet(Duration.ofSeconds(10).toNanos());
            assertThat(check.fault())
                    .hasValueSatisfying(fault -> assertThat(fault).contains("No space left on device"));

            disk.free();
            assertThat(check.fault()).isEmpty();
        }
    }

    @Test
    void aDiskThatBecameReadOnlySaysSo(@TempDir Path folder) throws Exception {
        try (SmallDisk disk = new SmallDisk(folder, 1)) {
            AtomicLong nanos = new AtomicLong();
            DurableFolder check = new DurableFolder(disk.folder(), nanos::get);
            assertThat(check.fault()).isEmpty();

            disk.readOnly();
            nanos.addAndGet(Duration.ofSeconds(10).toNanos());

            assertThat(check.fault())
                    .hasValueSatisfying(fault -> assertThat(fault).contains("Read-only file system"));
        }
    }
}
