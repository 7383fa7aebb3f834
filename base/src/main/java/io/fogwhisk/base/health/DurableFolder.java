package io.fogwhisk.base.health;

import io.fogwhisk.base.file.PrivateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Whether a folder takes a durable write: a small file is written, forced to the disk and put in the place of the one
 * before it. A disk that is full, read-only or gone says so. As long as all is well it is written to every ten seconds at
 * most, however often somebody asks: cards and disks wear out. Not thread-safe.
 */
public final class DurableFolder implements ReadinessCheck {

    /** The file's name. */
    public static final String FILE = "ready.check";

    // A block of the file system: less might fit into a full disk.
    private static final int BYTES = 4_096;

    private static final Duration GOOD_FOR = Duration.ofSeconds(10);

    private final Path folder;
    private final LongSupplier nanos;
    private OptionalLong written = OptionalLong.empty();

    /**
     * A folder that is not looked at yet.
     *
     * @param folder that exists when it is looked at
     */
    public DurableFolder(Path folder) {
        this(folder, System::nanoTime);
    }

    /** The same with another clock. */
    DurableFolder(Path folder, LongSupplier nanos) {
        this.folder = Objects.requireNonNull(folder, "folder is null");
        this.nanos = Objects.requireNonNull(nanos, "nanos is null");
    }

    @Override
    public Optional<String> fault() {
        long now = nanos.getAsLong();
        if (written.isPresent() && now - written.getAsLong() < GOOD_FOR.toNanos()) {
            return Optional.empty();
        }
        written = OptionalLong.empty();
        try {
            PrivateFile.replace(folder.resolve(FILE), new byte[BYTES]);
            written = OptionalLong.of(now);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the folder " + folder + " takes no durable write: " + e.getMessage()
                    + "; make room, or make it writable");
        }
    }
}
