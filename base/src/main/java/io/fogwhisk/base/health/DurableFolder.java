package io.fogwhisk.base.health;

import io.fogwhisk.base.file.PrivateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a folder takes a durable write: a small file is written, forced to the disk and put in the place of the one
 * before it. A disk that is full, read-only or gone says so.
 */
public final class DurableFolder implements ReadinessCheck {

    /** The file's name. */
    public static final String FILE = "ready.check";

    // A block of the file system: less might fit into a full disk.
    private static final int BYTES = 4_096;

    private final Path folder;

    /**
     * A folder that is not looked at yet.
     *
     * @param folder that exists when it is looked at
     */
    public DurableFolder(Path folder) {
        this.folder = Objects.requireNonNull(folder, "folder is null");
    }

    @Override
    public Optional<String> fault() {
        try {
            PrivateFile.replace(folder.resolve(FILE), new byte[BYTES]);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the folder " + folder + " takes no durable write: " + e.getMessage()
                    + "; make room, or make it writable");
        }
    }
}
