package io.fogwhisk.lean.invoker;

import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.lean.queue.InvocationQueue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what is done back to the queue, again and again until the disk takes it. Thread-safe. */
final class Completions {

    /** How long to wait when the disk fails. */
    static final Backoff STORE_AGAIN = Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(10));

    private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

    private final InvocationQueue queue;
    private final Timer timer;
    private volatile boolean closing;

    Completions(InvocationQueue queue, Timer timer) {
        this.queue = queue;
        this.timer = timer;
    }

    /** From now on what fails is not tried again: it is in the queue, for the next start. */
    void close() {
        closing = true;
    }

    /**
     * Stores those records of an entry that its namespace wants stored.
     *
     * @param entry as it is now, queued or not
     * @return completes when that is durable; fails at once if the entry is not queued, as its caller waits, or at the
     *     close
     */
    CompletionStage<Void> complete(EntryRun run, Entry entry, boolean urgent) {
        List<Finished> records = Records.stored(run.records(), run.identity().limits());
        CompletableFuture<Void> stored = new CompletableFuture<>();
        store(() -> queue.complete(entry, records, urgent), entry.queued(), stored, 0);
        return stored;
    }

    /** Replaces an entry by several, as {@link InvocationQueue#split}. */
    CompletionStage<Void> split(EntryRun run, List<Entry> parts) {
        List<Finished> records = Records.stored(run.records(), run.identity().limits());
        CompletableFuture<Void> stored = new CompletableFuture<>();
        store(() -> queue.split(run.entry(), records, parts), true, stored, 0);
        return stored;
    }

    private void store(
            Supplier<CompletionStage<Void>> attempt, boolean again, CompletableFuture<Void> stored, int failures) {
        CompletionStage<Void> attempted;
        try {
            attempted = attempt.get();
        } catch (RuntimeException | Error e) {
            // Too little memory to write the record, say: whoever waits for it must hear of it all the same.
            attempted = CompletableFuture.failedFuture(e);
        }
        attempted.whenComplete((done, failure) -> {
            if (failure == null) {
                stored.complete(null);
            } else if (again && !closing) {
                LOG.atWarn().addKeyValue("error", failure.getMessage()).log("activation not stored, trying again");
                Duration wait = STORE_AGAIN.after(failures + 1, ThreadLocalRandom.current()::nextDouble);
                timer.after(wait, () -> store(attempt, true, stored, failures + 1));
            } else {
                stored.completeExceptionally(failure);
            }
        });
    }
}
