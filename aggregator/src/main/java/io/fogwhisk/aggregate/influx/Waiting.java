package io.fogwhisk.aggregate.influx;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The points of one reading on their way.
 *
 * @param deadline when the caller gives up
 * @param caller whose they are
 * @param index which of the caller's readings it is
 */
record Waiting(Points points, Instant deadline, Caller caller, int index) {

    /** The first outcome counts. */
    void settle(WriteOutcome outcome) {
        caller.settle(index, outcome);
    }

    boolean isSettled() {
        return caller.outcomes.get(index) != null;
    }

    /** One who waits for the outcomes of some readings. Thread-safe. */
    static final class Caller {
        private final AtomicReferenceArray<WriteOutcome> outcomes;
        private final AtomicInteger open;
        private final CompletableFuture<List<WriteOutcome>> all = new CompletableFuture<>();

        /** Waits for so many, at least one. */
        Caller(int readings) {
            outcomes = new AtomicReferenceArray<>(readings);
            open = new AtomicInteger(readings);
        }

        /** Completes when each reading has an outcome, with these in the order of the readings. */
        CompletableFuture<List<WriteOutcome>> all() {
            return all;
        }

        private void settle(int index, WriteOutcome outcome) {
            if (outcomes.compareAndSet(index, null, outcome) && open.decrementAndGet() == 0) {
                List<WriteOutcome> list = new ArrayList<>(outcomes.length());
                for (int i = 0; i < outcomes.length(); i++) {
                    list.add(outcomes.get(i));
                }
                all.complete(list);
            }
        }
    }
}
