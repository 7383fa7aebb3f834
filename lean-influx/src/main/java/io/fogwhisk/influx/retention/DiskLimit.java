package io.fogwhisk.influx.retention;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.store.PointStore;
import java.io.File;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Refuses writes while the database uses more of the disk than it may, or the disk is so full that deleting, which needs
 * some room itself, would soon be impossible. Thread-safe.
 */
public final class DiskLimit {

    /** What one round of packing writes at most, and some. */
    private static final long MOST_KEPT = 16L << 20;

    /** On a disk so small that {@link #MOST_KEPT} is much of it. */
    private static final int PART_KEPT = 4;

    private final OptionalLong max;
    private final PointStore store;
    private final File folder;

    /**
     * A limit.
     *
     * @param max bytes; empty for none but that of the disk
     * @param store whose use counts
     * @param folder where the store's file is
     */
    public DiskLimit(OptionalLong max, PointStore store, Path folder) {
        this.max = Objects.requireNonNull(max, "max is null");
        this.store = Objects.requireNonNull(store, "store is null");
        this.folder = folder.toFile();
    }

    /** Fails as InfluxDB does when its disk is full; what is stored stays and can be read and deleted. */
    public void check() {
        if (max.isPresent()) {
            long now = store.bytes();
            if (now >= max.getAsLong()) {
                throw full(now + " bytes are used and influx.max-disk allows " + max.getAsLong()
                        + ": delete points, shorten a bucket's retention, or raise it");
            }
        }
        checkRoom();
    }

    /** The same for the disk alone, whatever the store may take of it. */
    public void checkRoom() {
        long free = folder.getUsableSpace();
        if (free < MOST_KEPT) {
            long kept = Math.min(MOST_KEPT, folder.getTotalSpace() / PART_KEPT);
            if (free < kept && free + store.freeBytes() < kept) {
                throw full(free + " bytes are free on the disk of " + folder + ", of which " + kept
                        + " are kept for deleting: the disk is full, make room");
            }
        }
    }

    /** Gets room, if there is little, after points were deleted: the log still holds them, and packing leaves them out. */
    public void deleted() {
        if (folder.getUsableSpace() < MOST_KEPT) {
            store.pack();
        }
    }

    private static InfluxException full(String why) {
        return new InfluxException(
                ErrorCode.INTERNAL, "unexpected error writing points to database: no space left on device: " + why);
    }
}
