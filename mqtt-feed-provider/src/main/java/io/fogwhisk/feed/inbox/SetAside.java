package io.fogwhisk.feed.inbox;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.feed.registry.FeedDatabase;
import io.fogwhisk.feed.trigger.Message;
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
 * The messages that can never succeed, kept durably and whole, with the reason, until a user removes them or
 * has them fired again. Bounded by number and by
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
     * Keeps messages, all or none.
     *
     * @return true once they are durable, false if there is no room
     */
    public CompletionStage<Boolean> add(QualifiedName trigger, List<Message> messages, String reason) {
        long length =
                messages.stream().mapToLong(message -> message.payload().length).sum();
        if (!reserve(messages.size(), length)) {
            return CompletableFuture.completedStage(false);
        }
        long at = clock.millis();
        return file.committer()
                .submit(connection -> {
                    try (PreparedStatement insert = connection.prepareStatement("insert into set_aside(at, trigger,"
                            + " reason, " + MessageRow.COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?)")) {
                        for (Message message : messages) {
                            insert.setLong(1, at);
                            insert.setString(2, trigger.toString());
                            insert.setString(3, reason);
                            MessageRow.write(insert, 4, message);
                            insert.executeUpdate();
                        }
                    }
                    return true;
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        release(messages.size(), length);
                    }
                });
    }

    /**
     * A whole message that was set aside.
     *
     * @param id of this record
     * @param trigger that it was meant for
     */
    public record Kept(long id, QualifiedName trigger, Message message) {}

    /** The oldest messages after one, whole; reads the disk. */
    public List<Kept> read(long after, int limit) {
        List<Kept> list = new ArrayList<>();
        try (Connection connection = file.database().openReader();
                PreparedStatement select = connection.prepareStatement("select id, trigger, " + MessageRow.COLUMNS
                        + " from set_aside where id > ? order by id limit ?")) {
            select.setLong(1, after);
            select.setInt(2, limit);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    list.add(new Kept(row.getLong(1), QualifiedName.parse(row.getString(2)), MessageRow.read(row, 3)));
                }
            }
        } catch (SQLException e) {
            throw file.database().failure("read", e);
        }
        return list;
    }

    /** Changes the reason of a message, for the user. */
    public CompletionStage<Integer> explain(long id, String reason) {
        return file.committer().submit(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("update set_aside set reason = ? where id = ?")) {
                update.setString(1, reason);
                update.setLong(2, id);
                return update.executeUpdate();
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
        return id.isPresent() ? remove(" where id = ?", id.getAsLong()) : remove("", "");
    }

    /**
     * Removes the messages of one trigger for good, because a user said so.
     *
     * @param trigger as {@code /namespace/name}
     * @return how many were removed
     */
    public CompletionStage<Integer> remove(String trigger) {
        return remove(" where trigger = ?", trigger);
    }

    private CompletionStage<Integer> remove(String where, Object value) {
        return file.committer()
                .submit(connection -> {
                    try (PreparedStatement measure = connection.prepareStatement(
                                    "select count(*), coalesce(sum(length(payload)), 0) from set_aside" + where);
                            PreparedStatement delete = connection.prepareStatement("delete from set_aside" + where)) {
                        if (!where.isEmpty()) {
                            measure.setObject(1, value);
                            delete.setObject(1, value);
                        }
                        try (ResultSet row = measure.executeQuery()) {
                            row.next();
                            Removed removed = new Removed(row.getInt(1), row.getLong(2));
                            delete.executeUpdate();
                            return removed;
                        }
                    }
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

    private synchronized boolean reserve(int messages, long length) {
        if (count + messages > maxCount || bytes + length > maxBytes) {
            return false;
        }
        count += messages;
        bytes += length;
        return true;
    }

    private synchronized void release(int messages, long length) {
        count -= messages;
        bytes -= length;
    }
}
