package io.fogwhisk.influx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of zeros that takes a little of the disk while there is some, and gives it back when the databases are opened:
 * that needs room, which a full disk has not.
 */
final class DiskReserve {

    private static final Logger LOG = LoggerFactory.getLogger(DiskReserve.class);
    private static final int BYTES = 1 << 20;

    /** So much must be free, or the reserve would make the disk full itself. */
    private static final long FREE = 4L * BYTES;

    private final Path folder;
    private final Path file;

    DiskReserve(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("influx.reserve");
    }

    /** Gives the room back. */
    void release() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("error", e.toString()).log("reserve of the disk not released");
        }
    }

    /** Takes the room, if there is some. */
    void take() {
        if (folder.toFile().getUsableSpace() < FREE) {
            LOG.atWarn().addKeyValue("file", file).log("disk is nearly full: make room");
            return;
        }
        try {
            Files.write(file, new byte[BYTES]);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("error", e.toString()).log("reserve of the disk not taken");
        }
    }
}
