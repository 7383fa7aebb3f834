package io.fogwhisk.lean.queue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * The bounds of a queue.
 *
 * @param owner the OpenWhisk's name, for threads and messages
 * @param file of the database
 * @param pace the shortest time between two commits
 * @param maxQueued entries, at least 1
 * @param maxInMemory the weight of accepted entries held in memory, at least 1; the others are read again from the file
 * @param activationsKept records, at least 1; the oldest go first
 * @param bytesKept how many bytes of records are kept, at least 1; the oldest go first
 * @param retention how long a record is kept at most
 */
public record QueueSettings(
        String owner,
        Path file,
        Duration pace,
        int maxQueued,
        int maxInMemory,
        long activationsKept,
        long bytesKept,
        Duration retention) {

    /** Checks the ranges. */
    public QueueSettings {
        Objects.requireNonNull(owner, "owner is null");
        Objects.requireNonNull(file, "file is null");
        Objects.requireNonNull(pace, "pace is null");
        Objects.requireNonNull(retention, "retention is null");
        if (maxQueued < 1 || maxInMemory < 1 || activationsKept < 1 || bytesKept < 1) {
            throw new IllegalArgumentException(
                    "maxQueued, maxInMemory, activationsKept and bytesKept must be at least 1");
        }
    }
}
