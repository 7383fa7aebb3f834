package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.lean.queue.InvocationQueue;
import io.fogwhisk.wsk.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The invocations that run while their caller waits. Nothing is promised to a caller before its answer, so they are not
 * in the queue; when the wait ends before the action does, they are put there before the caller is told an id. As many
 * as there are places. Thread-safe.
 */
final class BlockingCalls {

    private final InvocationQueue queue;
    private final Completions completions;
    private final Timer timer;
    private final LiveRuns live;
    private final Set<Waiting> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    BlockingCalls(InvocationQueue queue, Completions completions, Timer timer, LiveRuns live) {
        this.queue = queue;
        this.completions = completions;
        this.timer = timer;
        this.live = live;
    }

    /** A call whose activation starts now; whoever runs it ends it. */
    Waiting begin(EntryRun run) {
        Waiting call = new Waiting(run);
        calls.add(call);
        live.add(run);
        return call;
    }

    /** Ends the waiting of everybody: what runs is put into the queue, for the next start. */
    void close() {
        closing = true;
        calls.forEach(Waiting::keep);
    }

    /** One caller. */
    final class Waiting {
        private final EntryRun run;
        private final CompletableFuture<Outcome> answer = new CompletableFuture<>();
        private volatile @Nullable Runnable cancelLimit;
        private boolean ended;
        private @Nullable CompletionStage<Entry> kept;

        private Waiting(EntryRun run) {
            this.run = run;
        }

        /** The answer, at the latest when the time is over; to be called after the activation was started. */
        CompletionStage<Outcome> answer(Duration wait) {
            if (!answer.isDone()) {
                cancelLimit = timer.after(wait, this::keep);
                if (answer.isDone()) {
                    cancel();
                }
            }
            if (closing) {
                keep();
            }
            return answer;
        }

        /** Makes the invocation durable, unless it is at its end. */
        private void keep() {
            CompletionStage<Entry> keeping;
            synchronized (this) {
                if (ended || kept != null) {
                    return;
                }
                keeping = queue.keep(run.entry());
                kept = keeping;
            }
            Outcome accepted =
                    new Outcome.Accepted(Optional.of(run.entry().stamp().id(0)));
            keeping.whenComplete((entry, failure) -> answer.complete(
                    failure == null ? accepted : new Outcome.Unavailable(String.valueOf(failure.getMessage()))));
        }

        /** The activation is at its end: its records are stored, and then the caller is answered with the first. */
        void end() {
            CompletionStage<Entry> keeping;
            synchronized (this) {
                ended = true;
                keeping = kept;
            }
            if (keeping == null) {
                store(run.entry());
            } else {
                // In this order, or the entry would come into the file after it was removed from it.
                keeping.whenComplete((entry, failure) -> store(failure == null ? entry : run.entry()));
            }
        }

        private void store(Entry entry) {
            List<Finished> records = run.records();
            completions.complete(run, entry, true).whenComplete((done, failure) -> {
                calls.remove(this);
                live.remove(run);
                cancel();
                answer.complete(
                        failure == null
                                ? completed(records)
                                : new Outcome.Unavailable(String.valueOf(failure.getMessage())));
            });
        }

        private Outcome completed(List<Finished> records) {
            for (Finished record : records) {
                if (record.activation().id().equals(run.entry().stamp().id(0))) {
                    return new Outcome.Completed(record.activation());
                }
            }
            return new Outcome.Unavailable(500, "the activation left no record");
        }

        private void cancel() {
            Runnable limit = cancelLimit;
            if (limit != null) {
                limit.run();
            }
        }
    }
}
