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
 * <p>Threads: {@link #take}, {@link #takeAgain} and {@link #attempt} are for one thread. The others may be called by any
 * thread and return at once; their stages complete on the queue's own thread, so callbacks must be short.
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
     * Takes the next entries in the order accepted; waits until there is one, {@link #wake} is called, or the time is
     * over.
     *
     * @param max how many at most, at least 1
     * @return empty if the time is over, or as much as memory may hold is taken and not completed
     */
    List<Entry> take(int max, Duration wait) throws InterruptedException;

    /** Ends a {@link #take} that waits, or the next one that would. */
    void wake();

    /** Says that an entry that was taken is not held in memory for now; {@link #takeAgain} brings it back. */
    void setAside(Entry entry);

    /** Reads entries that were set aside, in the order of their places. */
    List<Entry> takeAgain(long[] seqs);

    /** Whether an earlier life may have started this entry and then ended without being closed. */
    boolean suspect(Entry entry);

    /** Notes durably that entries are started once more; waits for the disk. */
    void attempt(List<Entry> entries);

    /** Makes an entry that is not in the file, such as that of an invocation that runs while its caller waits. */
    Entry unqueued(Invocation invocation);

    /**
     * Accepts an invocation that runs already, with the stamp it has; it is taken in the next life, not in this one.
     * However full the queue is: what runs is bounded by itself.
     *
     * @return completes with the entry, now queued, once it is durable; fails with a
     *     {@link io.fogwhisk.base.store.StoreException}
     */
    CompletionStage<Entry> keep(Entry unqueued);

    /**
     * Replaces an entry that was taken by several, in one transaction with the storing of its records. They come after
     * what was accepted before, however full the queue is.
     *
     * @param parts made by {@link #unqueued}, at least one
     * @return completes when that is durable; otherwise as {@link #complete}
     */
    CompletionStage<Void> split(Entry entry, List<Finished> records, List<Entry> parts);

    /**
     * Stores activations and removes their entry, if it is queued, in one transaction.
     *
     * @param urgent whether somebody waits for it, so that it is to be committed without waiting for the pace
     * @return completes when that is durable; fails with a {@link io.fogwhisk.base.store.StoreException}, and then the
     *     entry is still there and the same call may be made again
     */
    CompletionStage<Void> complete(Entry entry, List<Finished> activations, boolean urgent);

    /** How many entries there are, in memory and on disk, those taken and not completed included. */
    int depth();

    /** Whether an entry was accepted in this life of the process, by {@link #accept}. */
    boolean acceptedNow(Entry entry);
}
