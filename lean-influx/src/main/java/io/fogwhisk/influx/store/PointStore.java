package io.fogwhisk.influx.store;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.line.Point;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The points of all buckets in one database file: one row per set of tags and time, with the fields of all measurements
 * that have these tags, so that a reading with three values is one row and not three. Writing a point again overwrites
 * the fields it names and keeps the others.
 *
 * <p>Thread-safe. A read sees a snapshot: what was committed when it began.
 */
public final class PointStore implements Service {

    private static final List<String> SCHEMA = List.of("""
            create table tag_set (
                id integer primary key,
                bucket text not null,
                tags text not null,
                unique (bucket, tags)
            ) strict;
            create table series (
                bucket text not null,
                series_key text not null,
                measurement text not null,
                tag_set integer not null,
                primary key (bucket, series_key)
            ) strict, without rowid;
            create index series_measurement on series (bucket, measurement);
            create table field (
                id integer primary key,
                bucket text not null,
                measurement text not null,
                name text not null,
                type integer not null,
                unique (bucket, measurement, name)
            ) strict;
            create table point (
                tag_set integer not null,
                time integer not null,
                fields blob not null,
                primary key (tag_set, time)
            ) strict, without rowid
            """);
    private static final int WAITING_WRITES = 1_024;
    private static final int IDLE_READERS = 4;

    private final Path file;
    private final Duration pace;
    private final String name;
    private final Dictionary dictionary = new Dictionary();
    private volatile @Nullable Database database;
    private volatile @Nullable GroupCommitter committer;
    private final BlockingQueue<ReadSession> idleReaders = new ArrayBlockingQueue<>(IDLE_READERS);
    private @Nullable PointWriter writer;

    /**
     * A store that is still closed.
     *
     * @param name of the committer's thread
     * @param file the database file; created if missing
     * @param pace the shortest time between two commits
     */
    public PointStore(String name, Path file, Duration pace) {
        this.name = name;
        this.file = file;
        this.pace = pace;
    }

    @Override
    public void start() {
        Database opened = Database.open(file, SCHEMA);
        GroupCommitter started = new GroupCommitter(name, opened, pace, WAITING_WRITES);
        started.start();
        database = opened;
        committer = started;
    }

    /**
     * Writes points of one request, in their order.
     *
     * @return after the durable commit, the points that were refused because a field has another type; fails with a
     *     {@link io.fogwhisk.base.store.StoreException} if nothing was written
     */
    public CompletionStage<List<Rejection>> write(String bucket, List<Point> points) {
        GroupCommitter open = committer;
        if (open == null) {
            return CompletableFuture.failedFuture(closed());
        }
        return open.submit(connection -> writer(connection).write(bucket, points))
                .thenApply(written -> {
                    dictionary.learn(bucket, written.tagSets(), written.fields());
                    return written.rejections();
                });
    }

    /** How many write requests wait for the next commit. */
    public int depth() {
        GroupCommitter open = committer;
        return open == null ? 0 : open.depth();
    }

    /** A snapshot to read from; the caller closes it, and uses it from one thread. */
    public PointReader openReader() {
        Database open = database;
        if (open == null) {
            throw closed();
        }
        ReadSession idle = idleReaders.poll();
        return new PointReader(idle == null ? new ReadSession(open) : idle, this::giveBack);
    }

    private void giveBack(ReadSession session) {
        session.endSnapshot();
        if (!idleReaders.offer(session)) {
            session.close();
        } else if (committer == null) {
            closeIdleReaders();
        }
    }

    private void closeIdleReaders() {
        for (ReadSession idle = idleReaders.poll(); idle != null; idle = idleReaders.poll()) {
            idle.close();
        }
    }

    @Override
    public void close() {
        GroupCommitter open = committer;
        committer = null;
        if (open != null) {
            open.close();
        }
        closeIdleReaders();
    }

    private PointWriter writer(Connection connection) throws SQLException {
        // Only the committer's thread comes here, always with the same connection.
        PointWriter current = writer;
        if (current == null || !current.writesOn(connection)) {
            current = new PointWriter(connection, dictionary);
            writer = current;
        }
        return current;
    }

    private InfluxException closed() {
        return new InfluxException(ErrorCode.UNAVAILABLE, "database " + file + " is closed");
    }
}
