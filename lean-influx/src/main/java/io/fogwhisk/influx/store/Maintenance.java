package io.fogwhisk.influx.store;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.base.store.StoreException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Long work in slices: packing and deleting. Its thread only hands the slices to the committer, one after the other, so
 * that the writes of others go between them.
 */
final class Maintenance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);
    private static final int WAITING = 256;
    private static final long SLICE_SECONDS = 120;
    private static final long CLOSE_SECONDS = 10;

    private final Memory memory;
    private final Committing committing;
    private final GroupCommitter committer;
    private final ThreadPoolExecutor thread;
    private final AtomicBoolean packing = new AtomicBoolean();
    private volatile boolean closed;

    Maintenance(String name, Memory memory, Committing committing, GroupCommitter committer) {
        this.memory = memory;
        this.committing = committing;
        this.committer = committer;
        thread = new ThreadPoolExecutor(
                1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), NamedThreads.single(name));
        thread.allowCoreThreadTimeOut(true);
    }

    /** Begins to pack what is in memory, unless that goes on already. */
    void pack() {
        if (memory.freeze() && packing.compareAndSet(false, true)) {
            try {
                thread.execute(this::packAll);
            } catch (RejectedExecutionException e) {
                packing.set(false);
                LOG.atDebug().log("packing waits: too many deletions are under way");
            }
        }
    }

    private void packAll() {
        try {
            while (!closed && packSome()) {
                // Until all is in blocks.
            }
        } finally {
            packing.set(false);
        }
    }

    /** One slice; whether there is more to do now. */
    private boolean packSome() {
        try {
            return await(packSlice());
        } catch (StoreException e) {
            // What is in memory is also in the log; the next write tries again.
            LOG.atWarn().addKeyValue("error", e.getMessage()).log("packing failed");
            return false;
        }
    }

    /** One slice; whether there is more to do. */
    CompletionStage<Boolean> packSlice() {
        return committer.submit(committing::pack, committing::packed);
    }

    /** Deletes; how many values. */
    CompletionStage<Long> delete(Deletion deletion) {
        try {
            return CompletableFuture.supplyAsync(() -> deleteAll(deletion), thread);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new StoreException(
                    "cannot delete from bucket " + deletion.bucket() + ": "
                            + (closed ? "the database is closed" : WAITING + " deletions wait, try again later"),
                    e));
        }
    }

    private long deleteAll(Deletion deletion) {
        long deleted = 0;
        long series = Long.MIN_VALUE;
        boolean more = true;
        while (more) {
            if (closed) {
                throw new StoreException("the database was closed during a deletion, which is done in part");
            }
            Deletion.Slice slice = await(new DeletionSlice(deletion, series).submit());
            deleted += slice.deleted();
            series = slice.lastSeries();
            more = slice.more();
            // A long deletion must not keep the memory full.
            if (memory.frozen() != null && !closed) {
                packSome();
            }
        }
        return deleted;
    }

    /** From its transaction on nobody opens a snapshot, until the memory has followed. */
    private final class DeletionSlice {
        private final Deletion deletion;
        private final long afterSeries;
        private boolean began;

        DeletionSlice(Deletion deletion, long afterSeries) {
            this.deletion = deletion;
            this.afterSeries = afterSeries;
        }

        CompletionStage<Deletion.Slice> submit() {
            CompletionStage<Deletion.Slice> slice = committer.submit(
                    connection -> {
                        begin();
                        return committing.delete(connection, deletion, afterSeries);
                    },
                    done -> committing.deleted(deletion, done));
            return slice.whenComplete((done, failure) -> end());
        }

        private synchronized void begin() {
            if (!began) {
                began = true;
                memory.deletionBegan();
            }
        }

        private synchronized void end() {
            if (began) {
                memory.deletionEnded();
            }
        }
    }

    private static <T> T await(CompletionStage<T> slice) {
        try {
            return slice.toCompletableFuture()
                    .orTimeout(SLICE_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw new StoreException("the database did not finish a piece of work: " + e.getCause(), e);
        }
    }

    /** Ends after the slice that is under way; the committer must still be open. */
    @Override
    public void close() {
        closed = true;
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
