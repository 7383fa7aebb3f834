package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.queue.Stamp;
import io.fogwhisk.wsk.model.ActivationId;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The entries that were started and whose records are not stored yet; as many as there are places. Thread-safe. */
final class LiveRuns {

    // By the nanoseconds of the stamp, which are in each id of the entry.
    private final Map<Long, EntryRun> runs = new ConcurrentHashMap<>();

    void add(EntryRun run) {
        runs.put(run.entry().stamp().nanos(), run);
    }

    void remove(EntryRun run) {
        runs.remove(run.entry().stamp().nanos(), run);
    }

    @Nullable
    EntryRun find(ActivationId id) {
        return runs.get(Stamp.nanosOf(id));
    }

    Collection<EntryRun> all() {
        return runs.values();
    }
}
