package io.fogwhisk.influx.retention;

import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Refuses writes while the database uses more of the disk than it may. Thread-safe. */
public final class DiskLimit {

    private final OptionalLong max;
    private final LongSupplier used;

    /**
     * A limit.
     *
     * @param max bytes; empty for none
     * @param used how many bytes are used now; quick
     */
    public DiskLimit(OptionalLong max, LongSupplier used) {
        this.max = Objects.requireNonNull(max, "max is null");
        this.used = Objects.requireNonNull(used, "used is null");
    }

    /** Fails as InfluxDB does when its disk is full; what is stored stays and can be read and deleted. */
    public void check() {
        if (max.isPresent()) {
            long now = used.getAsLong();
            if (now >= max.getAsLong()) {
                throw new InfluxException(
                        ErrorCode.INTERNAL,
                        "unexpected error writing points to database: no space left on device: " + now
                                + " bytes are used and influx.max-disk allows " + max.getAsLong()
                                + ": delete points, shorten a bucket's retention, or raise it");
            }
        }
    }
}
