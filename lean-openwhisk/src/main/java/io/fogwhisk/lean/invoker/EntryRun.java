package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.identity.Identity;
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
    private final Identity identity;
    private final AtomicInteger pending = new AtomicInteger(1);
    private final AtomicInteger nextIndex = new AtomicInteger(1);
    private final List<Finished> records = new ArrayList<>();
    private final List<Started> underWay = new ArrayList<>();

    /** A call that has no record yet. */
    record Started(Call call, long start) {}

    EntryRun(Entry entry, Identity identity) {
        this.entry = entry;
        this.identity = identity;
    }

    Entry entry() {
        return entry;
    }

    Identity identity() {
        return identity;
    }

    /** An id for one more activation of this entry, or empty if it has too many. */
    Optional<ActivationId> nextId() {
        int index = nextIndex.getAndIncrement();
        return index < Stamp.MAX_ACTIVATIONS ? Optional.of(entry.stamp().id(index)) : Optional.empty();
    }

    /** Begins one part. */
    void begin() {
        pending.incrementAndGet();
    }

    /** Notes that a call has begun. */
    synchronized void started(Call call, long start) {
        underWay.add(new Started(call, start));
    }

    /** Notes the record of a call, or of the entry itself. */
    synchronized void add(Finished record) {
        underWay.removeIf(
                started -> started.call().id().equals(record.activation().id()));
        records.add(record);
    }

    /** Ends one part; true if it was the last. */
    boolean end() {
        return pending.decrementAndGet() == 0;
    }

    synchronized List<Finished> records() {
        return List.copyOf(records);
    }

    synchronized List<Started> underWay() {
        return List.copyOf(underWay);
    }
}
