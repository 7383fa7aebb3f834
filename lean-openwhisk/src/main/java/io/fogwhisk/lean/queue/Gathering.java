package io.fogwhisk.lean.queue;

import io.fogwhisk.base.store.GroupCommitter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what callers want written, so that one write takes all that came until it is its turn. Thread-safe; its lock
 * is the object itself, for callers whose order matters.
 *
 * @param <T> what is written
 */
final class Gathering<T> {

    /**
     * Writes a group.
     *
     * @param <T> what is written
     */
    @FunctionalInterface
    interface Writing<T> {
        void write(Connection connection, List<T> group) throws SQLException;
    }

    private final Writing<T> writing;
    private final BiConsumer<List<T>, @Nullable Throwable> finished;
    private List<T> items = new ArrayList<>();
    private boolean submitted;

    /**
     * Nothing gathered yet.
     *
     * @param finished is told each group after its commit, or with what failed
     */
    Gathering(Writing<T> writing, BiConsumer<List<T>, @Nullable Throwable> finished) {
        this.writing = writing;
        this.finished = finished;
    }

    /** Adds an item; true if the caller has to {@link #submit}, which needs no lock. */
    synchronized boolean add(T item) {
        items.add(item);
        boolean due = !submitted;
        submitted = true;
        return due;
    }

    void submit(GroupCommitter writer) {
        Group group = new Group();
        writer.submit(group).whenComplete((done, failure) -> group.finish(failure));
    }

    private synchronized void drainTo(List<T> group) {
        group.addAll(items);
        items = new ArrayList<>();
        submitted = false;
    }

    /** May be applied a second time, alone, when the first transaction failed. */
    private final class Group implements GroupCommitter.Write<Boolean> {
        private final List<T> group = new ArrayList<>();

        @Override
        public Boolean apply(Connection connection) throws SQLException {
            drainTo(group);
            if (!group.isEmpty()) {
                writing.write(connection, group);
            }
            return true;
        }

        void finish(@Nullable Throwable failure) {
            if (failure != null) {
                drainTo(group);
            }
            if (!group.isEmpty()) {
                finished.accept(group, failure);
            }
        }
    }
}
