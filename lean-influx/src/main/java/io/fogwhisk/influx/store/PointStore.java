package io.fogwhisk.influx.store;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import io.fogwhisk.influx.line.Point;
import io.fogwhisk.influx.line.SeriesKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The points of all buckets in one database file. A write is durable as an entry of a log and readable from memory;
 * when enough has gathered there, it is packed into blocks of one column each (a field of a series), sorted by time,
 * and the entries of the log go. A start reads the log again. Writing a point again overwrites the fields it names and
 * keeps the others.
 *
 * <p>Thread-safe. A read sees a snapshot: what was committed when it began. Two threads: one commits, one hands it
 * packing and deletions by slices, so that a write waits some milliseconds for them at most.
 */
public final class PointStore implements Service {

    private static final int WAITING_WRITES = 1_024;
    private static final int IDLE_READERS = 4;
    private static final int PAGE = 4_096;
    private static final Duration SNAPSHOT_TIME = Duration.ofSeconds(10);

    private final Path file;
    private final Duration pace;
    private final String name;
    private final StoreLimits limits;
    private final AtomicInteger waiting = new AtomicInteger();
    private final BlockingQueue<ReadSession> idleReaders = new ArrayBlockingQueue<>(IDLE_READERS);
    private volatile @Nullable Open open;

    /** What lives from start to close. */
    private record Open(
            Database database,
            Memory memory,
            Committing committing,
            GroupCommitter committer,
            Maintenance maintenance) {}

    /** A store with the default limits, still closed. */
    public PointStore(String name, Path file, Duration pace) {
        this(name, file, pace, StoreLimits.DEFAULT);
    }

    /**
     * A store that is still closed.
     *
     * @param name of the committer's thread
     * @param file the database file; created if missing
     * @param pace the shortest time between two commits
     */
    public PointStore(String name, Path file, Duration pace, StoreLimits limits) {
        this.name = name;
        this.file = file;
        this.pace = pace;
        this.limits = limits;
    }

    /** Opens the file, takes rows of a former layout over, and reads the log. */
    @Override
    public void start() {
        Database database = Database.open(file, Schema.VERSIONS);
        OldRows.convert(database);
        Memory memory = new Memory(limits);
        Committing committing = new Committing(memory, limits);
        LogReplay.replay(database, memory);
        GroupCommitter committer = new GroupCommitter(name, database, pace, WAITING_WRITES);
        Maintenance maintenance = new Maintenance(name + "-maintenance", memory, committing, committer);
        committer.start();
        open = new Open(database, memory, committing, committer, maintenance);
        if (memory.full()) {
            maintenance.pack();
        }
    }

    /**
     * Writes points of one request, in their order.
     *
     * @return after the durable commit, the points that were refused because a field has another type, or because the
     *     bucket has as many series as it may; fails with a {@link io.fogwhisk.base.store.StoreException} if nothing
     *     was written, or an {@link InfluxException} if too much waits to be written
     */
    public CompletionStage<List<Rejection>> write(String bucket, List<Point> points) {
        Open now = open;
        if (now == null) {
            return CompletableFuture.failedFuture(closed());
        }
        if (waiting.getAndAdd(points.size()) > limits.waitingPoints()) {
            waiting.addAndGet(-points.size());
            return CompletableFuture.failedFuture(new InfluxException(
                    ErrorCode.UNAVAILABLE,
                    "more than " + limits.waitingPoints() + " points wait for the disk: try again later"));
        }
        CompletionStage<List<Rejection>> written =
                now.committer.submit(connection -> now.committing.write(connection, bucket, points), write -> {
                    List<Rejection> rejections = now.committing.written(bucket, write);
                    if (now.memory.full()) {
                        now.maintenance.pack();
                    }
                    return rejections;
                });
        return written.whenComplete((rejections, failure) -> waiting.addAndGet(-points.size()));
    }

    /**
     * Deletes the values of some series from a time on, up to another, which is not included. Series without values
     * are gone, and with the last series of a measurement the types of its fields.
     *
     * <p>By slices of some series, each of which is one transaction: when it fails, a part may be deleted.
     *
     * @param which asked on another thread
     * @return how many values, of which one that was lately overwritten may count twice
     */
    public CompletionStage<Long> delete(String bucket, long start, long stop, Predicate<SeriesKey> which) {
        Open now = open;
        return now == null
                ? CompletableFuture.failedFuture(closed())
                : now.maintenance.delete(new Deletion(bucket, start, stop, which));
    }

    /** Deletes what a bucket has from before a time. */
    public CompletionStage<Void> deleteBefore(String bucket, long time) {
        return delete(bucket, Long.MIN_VALUE, time, key -> true).thenAccept(deleted -> {});
    }

    /** Deletes all that a bucket has. What is written meanwhile may stay. */
    public CompletionStage<Void> dropBucket(String bucket) {
        return deleteBefore(bucket, Long.MAX_VALUE);
    }

    /** The buckets that hold points. */
    public Set<String> buckets() {
        return seriesCounts().keySet();
    }

    /** How many series each bucket has that holds points. */
    public Map<String, Long> seriesCounts() {
        return reading(session -> {
            Map<String, Long> counts = new TreeMap<>();
            try (PreparedStatement select = session.prepare("select name, series from bucket where series > 0");
                    ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    counts.put(row.getString(1), row.getLong(2));
                }
            } catch (SQLException e) {
                throw session.database().failure("read", e);
            }
            return counts;
        });
    }

    /**
     * How much of the disk is in use. Room within the file that deletions left free does not count: the file keeps it
     * for what comes next.
     */
    public long bytes() {
        long used = reading(session -> (session.number("pragma page_count") - session.number("pragma freelist_count"))
                * session.number("pragma page_size"));
        return used + size(writeAheadLog());
    }

    /** How much room within the file deletions left free, about. */
    public long freeBytes() {
        return Math.max(0, size(file) + size(writeAheadLog()) - bytes());
    }

    /** Begins to give back what the log of writes has of the file for points that are overwritten or deleted since. */
    public void pack() {
        required().maintenance.pack();
    }

    private Path writeAheadLog() {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    private static long size(Path of) {
        try {
            return Files.exists(of) ? Files.size(of) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the size of " + of, e);
        }
    }

    /**
     * Bounds the file until the store is closed: what needs more room than that fails as on a full disk.
     *
     * @param bytes at least a page of 4,096; less than what is in use counts as that
     */
    public CompletionStage<Void> limitBytes(long bytes) {
        Open now = open;
        if (now == null) {
            return CompletableFuture.failedFuture(closed());
        }
        return now.committer
                .submit(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.execute("pragma max_page_count = " + Math.max(1, bytes / PAGE));
                    }
                })
                .thenAccept(set -> {});
    }

    /** Whether writes are taken: after the start, before the close, and as long as the file is not lost. */
    public boolean isWritable() {
        Open now = open;
        return now != null && !now.committer.isEnded();
    }

    /** How many write requests wait for the next commit. */
    public int depth() {
        Open now = open;
        return now == null ? 0 : now.committer.depth();
    }

    /** A snapshot to read from; the caller closes it, and uses it from one thread. */
    public PointReader openReader() {
        return openReaders(1).get(0);
    }

    /**
     * Several readers of one and the same snapshot, so that as many threads can read; the caller closes each.
     *
     * @param count at least 1
     */
    public List<PointReader> openReaders(int count) {
        Open now = open;
        if (now == null) {
            throw closed();
        }
        List<ReadSession> sessions = borrow(now.database, count);
        long deadline = System.nanoTime() + SNAPSHOT_TIME.toNanos();
        // What is packed after the capture is in both, and the memory counts; only what was also written or deleted
        // after it would be wrong.
        do {
            Memory.View view = now.memory.capture(deadline);
            try {
                sessions.forEach(ReadSession::beginSnapshot);
            } catch (RuntimeException e) {
                sessions.forEach(ReadSession::close);
                throw e;
            }
            if (now.memory.fits(view)) {
                return sessions.stream()
                        .map(session -> new PointReader(session, view, this::giveBack))
                        .toList();
            }
            sessions.forEach(ReadSession::endSnapshot);
        } while (System.nanoTime() - deadline < 0 && !Thread.currentThread().isInterrupted());
        sessions.forEach(this::giveBack);
        throw new InfluxException(
                ErrorCode.UNAVAILABLE, "so much is being deleted that nothing can be read: try again");
    }

    @Override
    public void close() {
        Open now = open;
        open = null;
        if (now != null) {
            now.maintenance.close();
            now.committer.close();
        }
        closeIdleReaders();
    }

    /** Begins to pack what is in memory. */
    void freeze() {
        required().memory.freeze();
    }

    /** Packs a slice; whether there is more to do. */
    CompletionStage<Boolean> packSlice() {
        return required().maintenance.packSlice();
    }

    private Open required() {
        Open now = open;
        if (now == null) {
            throw closed();
        }
        return now;
    }

    private <T> T reading(Function<ReadSession, T> query) {
        ReadSession session = borrow(required().database);
        try {
            return query.apply(session);
        } finally {
            giveBack(session);
        }
    }

    private List<ReadSession> borrow(Database database, int count) {
        List<ReadSession> sessions = new ArrayList<>(count);
        try {
            for (int i = 0; i < count; i++) {
                sessions.add(borrow(database));
            }
            return sessions;
        } catch (RuntimeException e) {
            sessions.forEach(this::giveBack);
            throw e;
        }
    }

    private ReadSession borrow(Database database) {
        ReadSession idle = idleReaders.poll();
        return idle == null ? new ReadSession(database) : idle;
    }

    private void giveBack(ReadSession session) {
        session.endSnapshot();
        if (!idleReaders.offer(session)) {
            session.close();
        } else if (open == null) {
            closeIdleReaders();
        }
    }

    private void closeIdleReaders() {
        for (ReadSession idle = idleReaders.poll(); idle != null; idle = idleReaders.poll()) {
            idle.close();
        }
    }

    private InfluxException closed() {
        return new InfluxException(ErrorCode.UNAVAILABLE, "database " + file + " is closed");
    }
}
