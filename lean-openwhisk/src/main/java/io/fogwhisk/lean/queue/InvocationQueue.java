package io.fogwhisk.lean.queue;

import io.fogwhisk.wsk.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Accepted invocations, first in first out, until their activations are stored.
 *
 * <p>Promise: what was accepted is taken once per life of the process, and again in the next life until it was
 * completed; an entry is gone when, and only when, its activations are stored.
 *
 * <p>Threads: {@link #accept} and {@link #complete} may be called by any thread and return at once; their stages
 * complete on the queue's own thread, so callbacks must be short. {@link #take} is for one thread.
 */
public interface InvocationQueue {

    /**
     * Accepts an invocation.
     *
     * @param stamped is told the entry's stamp before anybody can take it; must be short
     * @return {@link Outcome.Accepted} once it is durable, {@link Outcome.Unavailable} if the queue is full, does not
     *     keep up, or cannot write
     */
    CompletionStage<Outcome> accept(Invocation invocation, Consumer<Stamp> stamped);

    /**
     * Takes the next entries in the order accepted; waits until there is one, or the time is over.
     *
     * @param max how many at most, at least 1
     * @return empty if the time is over, or as many entries as memory may hold are taken and not completed
     */
    List<Entry> take(int max, Duration wait) throws InterruptedException;

    /**
     * Stores activations and removes their entry, in one transaction.
     *
     * @return completes when that is durable; fails with a {@link io.fogwhisk.base.store.StoreException}, and then the
     *     entry is still there and the same call may be made again
     */
    CompletionStage<Void> complete(Entry entry, List<Finished> activations);

    /** How many entries there are, in memory and on disk, those taken and not completed included. */
    int depth();
}
