package io.fogwhisk.lean.queue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The entries in memory: those ready to be taken, and the weight of those taken and not completed. Together they never
 * pass the bound by more than one entry; when they would, what is committed stays on disk alone, and there is a gap to be read from there
 * before anything newer is let in. Thread-safe; the gap is filled by the one thread that takes.
 */
final class ReadyEntries {

    private final int max;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Entry> ready = new ArrayDeque<>();
    private int readyWeight;
    private int takenWeight;
    private boolean woken;
    private long lastLoaded;
    private long lastCommitted;

    ReadyEntries(int max) {
        this.max = max;
    }

    /** Says that a file just opened holds entries after a place and up to another. */
    void startWith(long after, long lastSeq) {
        lock.lock();
        try {
            lastLoaded = after;
            lastCommitted = lastSeq;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What is on disk and was not in memory yet.
     *
     * @param after the last place that was in memory
     * @param upTo the last place committed
     * @param room the weight that may be read, at least 1
     */
    record Gap(long after, long upTo, int room) {}

    /** The gap that may be filled now, or null. */
    @Nullable
    Gap gap() {
        lock.lock();
        try {
            int room = max - takenWeight;
            return ready.isEmpty() && lastLoaded < lastCommitted && room > 0
                    ? new Gap(lastLoaded, lastCommitted, room)
                    : null;
        } finally {
            lock.unlock();
        }
    }

    /** Adds what was read for a gap. */
    void fill(Gap gap, List<Entry> read) {
        lock.lock();
        try {
            ready.addAll(read);
            readyWeight += Entry.weight(read);
            // Places whose write failed are in no file: an empty answer says that there is nothing up to the end.
            lastLoaded = read.isEmpty() ? gap.upTo() : read.get(read.size() - 1).seq();
        } finally {
            lock.unlock();
        }
    }

    /** Adds entries that are now durable, or leaves them on disk when there is no room. */
    void committed(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            long last = entries.get(entries.size() - 1).seq();
            int weight = Entry.weight(entries);
            if (lastLoaded == lastCommitted && readyWeight + takenWeight + weight <= max) {
                ready.addAll(entries);
                readyWeight += weight;
                lastLoaded = last;
            }
            lastCommitted = last;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes up to a number of entries, waiting for the first; see {@link InvocationQueue#take}. */
    List<Entry> take(int limit, Duration wait) throws InterruptedException {
        lock.lock();
        try {
            // Ends with an arrival, or when there is a gap and room: the caller then comes back and fills it.
            long left = wait.toNanos();
            while (left > 0 && !woken && ready.isEmpty() && (lastLoaded == lastCommitted || takenWeight >= max)) {
                left = changed.awaitNanos(left);
            }
            List<Entry> entries = new ArrayList<>(Math.min(limit, ready.size()));
            while (entries.size() < limit && !ready.isEmpty()) {
                entries.add(ready.removeFirst());
            }
            woken = false;
            int weight = Entry.weight(entries);
            readyWeight -= weight;
            takenWeight += weight;
            return entries;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a wait of {@link #take}, or the next one. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Notes that entries that were set aside are held again. */
    void takenAgain(int weight) {
        lock.lock();
        try {
            takenWeight += weight;
        } finally {
            lock.unlock();
        }
    }

    /** Makes room for the weight of what was completed. */
    void completed(int weight) {
        lock.lock();
        try {
            boolean full = takenWeight >= max;
            takenWeight -= weight;
            if (full) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The weight of what is in memory. */
    int weight() {
        lock.lock();
        try {
            return readyWeight + takenWeight;
        } finally {
            lock.unlock();
        }
    }
}
