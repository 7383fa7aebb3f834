package io.fogwhisk.feed.inbox;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.wsk.model.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The messages that can never succeed, kept durably with the reason until a user removes them. Bounded by number and by
 * size: when full it takes nothing more, so that the caller must not acknowledge. Thread-safe.
 */
public final class SetAside implements Service {

    /** The most messages kept. */
    public static final int MAX_COUNT = 10_000;

    /** The most bytes of payload kept. */
    public static final long MAX_BYTES = 64L * 1024 * 1024;

    private final FeedDatabase file;
    private final Clock clock;
    private final int maxCount;
    private final long maxBytes;
    // Guarded by this. What is reserved for a message that is being written counts as kept.
    private int count;
    private long bytes;

    /** A list with the usual bounds, in a database that is opened before this one starts. */
    public SetAside(FeedDatabase file, Clock clock) {
        this(file, clock, MAX_COUNT, MAX_BYTES);
    }

    /** A list with bounds of its own. */
    public SetAside(FeedDatabase file, Clock clock, int maxCount, long maxBytes) {
        this.file = Objects.requireNonNull(file, "file is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
    }

    /** Measures what is stored. */
    @Override
    public synchronized void start() {
        try (Connection connection = file.database().openReader();
                PreparedStatement select = connection.prepareStatement(
                        "select count(*), coalesce(sum(length(payload)), 0) from set_aside");
                ResultSet row = select.executeQuery()) {
            row.next();
            count = row.getInt(1);
            bytes = row.getLong(2);
        } catch (SQLException e) {
            throw file.database().failure("read", e);
        }
    }

    @Override
    public void close() {}

    /**
     * Keeps a message.
     *
     * @return true once it is durable, false if there is no room
     */
    public CompletionStage<Boolean> add(QualifiedName trigger, String topic, byte[] payload, String reason) {
        if (!reserve(payload.length)) {
            return CompletableFuture.completedStage(false);
        }
        long at = clock.millis();
        return file.committer()
                .submit(connection -> {
                    try (PreparedStatement insert = connection.prepareStatement(
                            "insert into set_aside(at, trigger, topic, payload, reason) values (?, ?, ?, ?, ?)")) {
                        insert.setLong(1, at);
                        insert.setString(2, trigger.toString());
                        insert.setString(3, topic);
                        insert.setBytes(4, payload);
                        insert.setString(5, reason);
                        insert.executeUpdate();
                    }
                    return true;
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        release(1, payload.length);
                    }
                });
    }

    /** The oldest messages; reads the disk. */
    public List<SetAsideMessage> list(int limit) {
        List<SetAsideMessage> list = new ArrayList<>();
        try (Connection connection = file.database().openReader();
                PreparedStatement select = connection.prepareStatement(
                        "select id, at, trigger, topic, length(payload), reason from set_aside order by id limit ?")) {
            select.setInt(1, limit);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    list.add(new SetAsideMessage(
                            row.getLong(1),
                            Instant.ofEpochMilli(row.getLong(2)),
                            row.getString(3),
                            row.getString(4),
                            row.getInt(5),
                            row.getString(6)));
                }
            }
        } catch (SQLException e) {
            throw file.database().failure("read", e);
        }
        return list;
    }

    /**
     * Removes messages for good, because a user said so.
     *
     * @param id of one message, or empty for all
     * @return how many were removed
     */
    public CompletionStage<Integer> remove(OptionalLong id) {
        String where = id.isPresent() ? " where id = ?" : "";
        return file.committer()
                .submit(connection -> {
                    Removed removed = new Removed(0, 0);
                    try (PreparedStatement measure = connection.prepareStatement(
                                    "select count(*), coalesce(sum(length(payload)), 0) from set_aside" + where);
                            PreparedStatement delete = connection.prepareStatement("delete from set_aside" + where)) {
                        if (id.isPresent()) {
                            measure.setLong(1, id.getAsLong());
                            delete.setLong(1, id.getAsLong());
                        }
                        try (ResultSet row = measure.executeQuery()) {
                            row.next();
                            removed = new Removed(row.getInt(1), row.getLong(2));
                        }
                        delete.executeUpdate();
                    }
                    return removed;
                })
                .thenApply(removed -> {
                    release(removed.count, removed.bytes);
                    return removed.count;
                });
    }

    /** How many messages are kept. */
    public synchronized int count() {
        return count;
    }

    /** Whether nothing more is taken. */
    public synchronized boolean full() {
        return count >= maxCount || bytes >= maxBytes;
    }

    private record Removed(int count, long bytes) {}

    private synchronized boolean reserve(int length) {
        if (count >= maxCount || bytes + length > maxBytes) {
            return false;
        }
        count++;
        bytes += length;
        return true;
    }

    private synchronized void release(int messages, long length) {
        count -= messages;
        bytes -= length;
    }
}
