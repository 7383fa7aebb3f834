package io.fogwhisk.influx.store;

import java.util.Objects;

/**
 * A point that was not stored.
 *
 * @param index its place in the list that was to be written
 * @param reason why, in InfluxDB's words
 */
public record Rejection(int index, String reason) {

    /** Checks for null. */
    public Rejection {
        Objects.requireNonNull(reason, "reason is null");
    }
}
