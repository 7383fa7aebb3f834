package io.fogwhisk.base.store;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits many callers' writes to one database file as one durable group: what arrived while the last commit was under
 * way goes with the next one, and at most one commit starts per {@code pace}.
 *
 * <p>Threads: {@link #submit} may be called by any thread; the writes run on the committer's one thread, in the order
 * submitted. Futures complete on that thread, after the commit: callbacks must be short and must not block.
 *
 * <p>Failure: if the group's transaction fails, it is rolled back and each write is tried again in a transaction of its
 * own, so that one bad write fails alone; its future completes with a {@link StoreException}. When the queue is full,
 * {@link #submit} waits a bounded time and then fails the write.
 */
public final class GroupCommitter implements Service {

    /**
     * One caller's part of a transaction. Its result is made visible only after the commit.
     *
     * @param <T> what the caller gets back
     */
    @FunctionalInterface
    public interface Write<T extends @Nullable Object> {
        /** Runs the statements on the committer's connection; must neither commit nor roll back. */
        T apply(Connection connection) throws SQLException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);
    private static final Duration FULL_WAIT = Duration.ofSeconds(30);

    private final Database database;
    private final Duration pace;
    private final int maxGroup;
    private final BlockingQueue<Pending<?>> queue;
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile boolean hurried;
    private boolean running;

    /**
     * A committer for one file; there must be only one per file.
     *
     * @param name of its thread
     * @param pace the shortest time between the starts of two commits; zero commits as fast as the disk can
     * @param capacity how many writes may wait, at least 1
     */
    public GroupCommitter(String name, Database database, Duration pace, int capacity) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.pace = Objects.requireNonNull(pace, "pace is null");
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.maxGroup = Math.min(capacity, 4_096);
        this.thread = NamedThreads.single(name).newThread(this::run);
    }

    @Override
    public void start() {
        running = true;
        thread.start();
    }

    /**
     * Hands over a write.
     *
     * @return completes after the commit that holds the write, or with a {@link StoreException}
     */
    public <T extends @Nullable Object> CompletionStage<T> submit(Write<T> write) {
        Pending<T> pending = new Pending<>(write, new CompletableFuture<>());
        submit(pending);
        return pending.future;
    }

    /**
     * Hands over a write that something has to follow in the order of the commits. What is attached to the stage of
     * {@link #submit(Write)} may come too late for that, and then runs on the caller's thread.
     *
     * @param committed what it makes of the write's result, on the committer's thread, before it does so for any write
     *     that was handed over later; must be short and must not block
     * @return completes after that, or as that of {@link #submit(Write)}
     */
    public <T extends @Nullable Object, R> CompletionStage<R> submit(Write<T> write, Function<T, R> committed) {
        Pending<T> pending = new Pending<>(write, new CompletableFuture<>());
        CompletionStage<R> followed = pending.future.thenApply(committed);
        submit(pending);
        return followed;
    }

    private void submit(Pending<?> pending) {
        try {
            if (closing) {
                pending.future.completeExceptionally(closed());
            } else if (!queue.offer(pending, FULL_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                pending.future.completeExceptionally(new StoreException("database " + database.file()
                        + " did not take a write for " + FULL_WAIT.toSeconds() + " s: its disk is too slow or stuck"));
            } else if (ended && queue.remove(pending)) {
                // It came after the last look into the queue, or that would have taken it out.
                pending.future.completeExceptionally(closed());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            pending.future.completeExceptionally(
                    new StoreException("interrupted while writing to database " + database.file(), e));
        }
    }

    /**
     * Has what was handed over so far committed as soon as the disk can, without waiting for the pace; the pace counts
     * from that commit on. For writes that somebody waits for.
     */
    public void hurry() {
        hurried = true;
        LockSupport.unpark(thread);
    }

    /** How many writes wait for the next commit. */
    public int depth() {
        return queue.size();
    }

    /** Whether it takes no writes any more: it was closed, or has lost its file. */
    public boolean isEnded() {
        return closing || ended;
    }

    /** Commits what was handed over, then stops. */
    @Override
    public void close() {
        closing = true;
        if (running) {
            running = false;
            LockSupport.unpark(thread);
            try {
                thread.join(Duration.ofSeconds(10).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                LOG.atWarn().addKeyValue("file", database.file()).log("committer still busy at close");
            }
        } else if (thread.getState() == Thread.State.NEW) {
            end(new ArrayList<>());
        }
    }

    /** Fails what is not committed, and whatever comes from now on. */
    private void end(List<Pending<?>> left) {
        closing = true;
        ended = true;
        queue.drainTo(left);
        left.forEach(pending -> pending.future.completeExceptionally(closed()));
    }

    private StoreException closed() {
        return new StoreException("database " + database.file() + " is closed");
    }

    private void run() {
        List<Pending<?>> group = new ArrayList<>();
        try (Connection connection = database.openWriter()) {
            long next = System.nanoTime();
            while (true) {
                Pending<?> first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first == null) {
                    if (closing) {
                        break;
                    }
                    continue;
                }
                // The first write after a pause goes at once; under load the pace collects the group.
                long wait;
                while (!closing && !hurried && (wait = next - System.nanoTime()) > 0) {
                    LockSupport.parkNanos(wait);
                }
                // Before the queue is emptied: who hurries after that has handed something over for the next group.
                hurried = false;
                next = System.nanoTime() + pace.toNanos();
                group.add(first);
                queue.drainTo(group, maxGroup - 1);
                commit(connection, group);
                group.clear();
            }
        } catch (SQLException e) {
            LOG.atError().setCause(e).addKeyValue("file", database.file()).log("committer lost its connection");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(group);
        }
    }

    private void commit(Connection connection, List<Pending<?>> group) throws SQLException {
        try {
            for (Pending<?> pending : group) {
                pending.apply(connection);
            }
            connection.commit();
        } catch (SQLException | RuntimeException | Error e) {
            // Also an Error, such as too little memory for one write: the other callers' writes go on.
            rollBack(connection);
            if (group.size() == 1) {
                fail(group.get(0), e);
            } else {
                for (Pending<?> pending : group) {
                    commit(connection, List.of(pending));
                }
            }
            return;
        }
        group.forEach(Pending::complete);
    }

    private static void rollBack(Connection connection) throws SQLException {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // Nothing to roll back: SQLite did it, as it does when the disk is full, and left no transaction open.
            try (Statement statement = connection.createStatement()) {
                statement.execute("begin");
            } catch (SQLException open) {
                open.addSuppressed(e);
                throw open;
            }
        }
    }

    private void fail(Pending<?> pending, Throwable cause) {
        pending.future.completeExceptionally(
                cause instanceof SQLException sql
                        ? database.failure("write to", sql)
                        : new StoreException("cannot write to database " + database.file() + ": " + cause, cause));
    }

    private static final class Pending<T extends @Nullable Object> {
        private final Write<T> write;
        private final CompletableFuture<T> future;
        private @Nullable T result;

        Pending(Write<T> write, CompletableFuture<T> future) {
            this.write = write;
            this.future = future;
        }

        void apply(Connection connection) throws SQLException {
            result = write.apply(connection);
        }

        @SuppressWarnings("NullAway") // T itself says whether null is allowed; apply ran before
        void complete() {
            future.complete(result);
        }
    }
}
