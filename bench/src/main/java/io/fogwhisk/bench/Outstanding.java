package io.fogwhisk.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Published readings that no query has returned yet. Thread-safe. */
final class Outstanding {

    /** By timestamp, then device; the value is when the reading was due, or 0 while warming up. */
    private final TreeMap<Long, Map<Long, Long>> dueByTimestamp = new TreeMap<>();

    private long unseen;

    /**
     * Adds a reading.
     *
     * @param dueNanos when it was due ({@link System#nanoTime}), or 0 if it is not to be measured
     */
    synchronized void published(long device, long timestamp, long dueNanos) {
        dueByTimestamp.computeIfAbsent(timestamp, any -> new HashMap<>()).put(device, dueNanos);
        unseen++;
    }

    /** Takes a reading out because a query returned it, or it was refused; returns when it was due, or 0. */
    synchronized long seen(long device, long timestamp) {
        @Nullable Map<Long, Long> devices = dueByTimestamp.get(timestamp);
        @Nullable Long due = devices == null ? null : devices.remove(device);
        if (devices == null || due == null) {
            return 0;
        }
        if (devices.isEmpty()) {
            dueByTimestamp.remove(timestamp);
        }
        unseen--;
        return due;
    }

    /** The timestamp of the oldest unseen reading, in epoch milliseconds; now if there is none. */
    synchronized long oldestUnseen() {
        return dueByTimestamp.isEmpty() ? System.currentTimeMillis() : dueByTimestamp.firstKey();
    }

    synchronized long unseen() {
        return unseen;
    }
}
