package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.lean.queue.Stamp;
import io.fogwhisk.wsk.model.ActivationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An entry while its activations run: gathers their records and knows when all are done. Thread-safe.
 *
 * <p>It starts with one part pending, which whoever starts the activations ends last, so that the entry cannot be done
 * before all were started.
 */
final class EntryRun {

    private final Entry entry;
    private final AtomicInteger pending = new AtomicInteger(1);
    private final AtomicInteger nextIndex = new AtomicInteger(1);
    private final List<Finished> records = new ArrayList<>();

    EntryRun(Entry entry) {
        this.entry = entry;
    }

    Entry entry() {
        return entry;
    }

    /** An id for one more activation of this entry, or empty if it has too many. */
    Optional<ActivationId> nextId() {
        int index = nextIndex.getAndIncrement();
        return index < Stamp.MAX_ACTIVATIONS ? Optional.of(entry.stamp().id(index)) : Optional.empty();
    }

    void begin() {
        pending.incrementAndGet();
    }

    synchronized void add(Finished record) {
        records.add(record);
    }

    /** Ends one part; true if it was the last. */
    boolean end() {
        return pending.decrementAndGet() == 0;
    }

    synchronized List<Finished> records() {
        return List.copyOf(records);
    }
}
