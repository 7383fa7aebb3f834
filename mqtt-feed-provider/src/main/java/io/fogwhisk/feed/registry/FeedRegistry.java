package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The feeds that exist, durable in {@code feeds.db} and whole in memory. The database's committer is the one writer of
 * both: memory and listeners follow each commit, in order. Reading is thread-safe and never waits.
 */
public final class FeedRegistry implements Service {

    private static final String SELECT = "select trigger, key, kind, spec, active, reason_kind, reason_code, reason,"
            + " changed, revision from feed";

    private final FeedDatabase file;
    private final Clock clock;
    private final Optional<Broker> ownBroker;
    private final Map<QualifiedName, Feed> feeds = new ConcurrentHashMap<>();
    private final Map<QualifiedName, FeedStatus> statuses = new ConcurrentHashMap<>();
    private final Map<Long, Retired> retired = new ConcurrentHashMap<>();
    private final List<FeedListener> listeners = new CopyOnWriteArrayList<>();
    // Set at start, then the committer's own. Never reused while the process runs: it tells a feed from its successor.
    private long lastRevision;

    /** A registry in a database that is opened before this one starts. */
    public FeedRegistry(FeedDatabase file, Clock clock) {
        this(file, clock, Optional.empty());
    }

    /**
     * A registry of a site that has a broker of its own.
     *
     * @param ownBroker where that broker is now: feeds follow it when it was elsewhere before
     */
    public FeedRegistry(FeedDatabase file, Clock clock, Optional<Broker> ownBroker) {
        this.ownBroker = Objects.requireNonNull(ownBroker, "ownBroker is null");
        this.file = Objects.requireNonNull(file, "file is null");
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    /** Reads what is stored. */
    @Override
    public void start() {
        ownBroker.ifPresent(broker -> file.committer()
                .submit(connection -> OwnBroker.move(connection, broker))
                .toCompletableFuture()
                .join());
        try (Connection connection = file.database().openReader()) {
            try (PreparedStatement select = connection.prepareStatement(SELECT);
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Feed feed = feed(rows);
                    feeds.put(feed.trigger(), feed);
                    lastRevision = Math.max(lastRevision, feed.revision());
                }
            }
            try (PreparedStatement select =
                            connection.prepareStatement("select id, namespace, url, topic from retired");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Retired old = new Retired(
                            rows.getLong(1),
                            rows.getString(2),
                            Broker.parse(rows.getString(3)),
                            TopicFilter.parse(rows.getString(4)));
                    retired.put(old.id(), old);
                }
            }
        } catch (SQLException e) {
            throw file.database().failure("read", e);
        }
    }

    @Override
    public void close() {
        listeners.clear();
    }

    /** Tells a listener of every change from now on. */
    public void listen(FeedListener listener) {
        listeners.add(listener);
    }

    /** The broker that shares the site. */
    public Optional<Broker> ownBroker() {
        return ownBroker;
    }

    /** The feed of a trigger. */
    public Optional<Feed> find(QualifiedName trigger) {
        return Optional.ofNullable(feeds.get(trigger));
    }

    /** Every feed, by the name of its trigger. */
    public List<Feed> feeds() {
        return feeds.values().stream()
                .sorted(Comparator.comparing(feed -> feed.trigger().toString()))
                .toList();
    }

    /** What happened to a trigger's feed. */
    public FeedStatus status(QualifiedName trigger) {
        return statuses.computeIfAbsent(trigger, name -> new FeedStatus());
    }

    /** The subscriptions that brokers may still keep. */
    public List<Retired> retired() {
        return List.copyOf(retired.values());
    }

    /** Creates a feed, or replaces it and makes it active again; completes when it is durable and listeners know. */
    public CompletionStage<Feed> put(QualifiedName trigger, AuthKey key, FeedSpec spec) {
        return file.committer()
                .submit(connection -> {
                    Optional<Feed> before = select(connection, trigger);
                    Feed after = new Feed(trigger, key, spec, new FeedState.Active(), now(), ++lastRevision);
                    return store(connection, before, after);
                })
                .thenApply(change -> publish(change).orElseThrow());
    }

    /**
     * Disables a feed, unless it has changed or is disabled already.
     *
     * @param seen the feed as the caller knows it
     * @return completes when the change is durable and listeners know, with the feed as it is now
     */
    public CompletionStage<Optional<Feed>> disable(Feed seen, FeedState.Disabled state) {
        return file.committer()
                .submit(connection -> {
                    Optional<Feed> before = select(connection, seen.trigger());
                    if (before.isEmpty()
                            || before.get().revision() != seen.revision()
                            || !before.get().active()) {
                        return new Change(before, before, Optional.empty());
                    }
                    Feed after = new Feed(seen.trigger(), seen.key(), seen.spec(), state, now(), ++lastRevision);
                    return store(connection, before, after);
                })
                .thenApply(this::publish);
    }

    /** Deletes a feed; completes when that is durable and listeners know, with what was deleted. */
    public CompletionStage<Optional<Feed>> delete(QualifiedName trigger) {
        return file.committer()
                .submit(connection -> {
                    Optional<Feed> before = select(connection, trigger);
                    try (PreparedStatement delete = connection.prepareStatement("delete from feed where trigger = ?")) {
                        delete.setString(1, trigger.toString());
                        delete.executeUpdate();
                    }
                    return new Change(before, Optional.empty(), retire(connection, before));
                })
                .thenApply(change -> {
                    publish(change);
                    statuses.remove(trigger);
                    return change.before;
                });
    }

    /** Forgets subscriptions that the broker confirmed to be gone. */
    public CompletionStage<Void> forget(Collection<Retired> gone) {
        List<Retired> list = List.copyOf(gone);
        return file.committer()
                .submit(connection -> {
                    try (PreparedStatement delete = connection.prepareStatement("delete from retired where id = ?")) {
                        for (Retired old : list) {
                            delete.setLong(1, old.id());
                            delete.executeUpdate();
                        }
                    }
                    return list;
                })
                .thenAccept(deleted -> deleted.forEach(old -> retired.remove(old.id())));
    }

    private record Change(Optional<Feed> before, Optional<Feed> after, Optional<Retired> left) {}

    private Optional<Feed> publish(Change change) {
        change.left.ifPresent(old -> retired.put(old.id(), old));
        if (change.after.isPresent()) {
            feeds.put(change.after.get().trigger(), change.after.get());
        } else {
            change.before.ifPresent(feed -> feeds.remove(feed.trigger()));
        }
        if (!change.before.equals(change.after)) {
            listeners.forEach(listener -> listener.changed(change.before, change.after));
        }
        return change.after;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    private static Change store(Connection connection, Optional<Feed> before, Feed after) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert or replace into feed(trigger, key, kind,"
                + " spec, active, reason_kind, reason_code, reason, changed, revision)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, after.trigger().toString());
            insert.setString(2, after.key().reveal());
            insert.setString(3, after.spec().kind());
            insert.setString(4, JsonObject.adopt(after.spec().toJson()).text());
            insert.setInt(5, after.active() ? 1 : 0);
            if (after.state() instanceof FeedState.Disabled disabled) {
                insert.setString(6, disabled.kind());
                if (disabled.statusCode().isPresent()) {
                    insert.setInt(7, disabled.statusCode().getAsInt());
                } else {
                    insert.setNull(7, Types.INTEGER);
                }
                insert.setString(8, disabled.message());
            } else {
                insert.setNull(6, Types.VARCHAR);
                insert.setNull(7, Types.INTEGER);
                insert.setNull(8, Types.VARCHAR);
            }
            insert.setLong(9, after.changed().toEpochMilli());
            insert.setLong(10, after.revision());
            insert.executeUpdate();
        }
        return new Change(before, Optional.of(after), retire(connection, before));
    }

    private static Optional<Retired> retire(Connection connection, Optional<Feed> before) throws SQLException {
        if (before.isEmpty() || !(before.get().spec() instanceof MqttSpec mqtt)) {
            return Optional.empty();
        }
        String namespace = before.get().trigger().namespace();
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into retired(namespace, url, topic) values (?, ?, ?) returning id")) {
            insert.setString(1, namespace);
            insert.setString(2, mqtt.broker().reveal());
            insert.setString(3, mqtt.topic().text());
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return Optional.of(new Retired(row.getLong(1), namespace, mqtt.broker(), mqtt.topic()));
            }
        }
    }

    private static Optional<Feed> select(Connection connection, QualifiedName trigger) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " where trigger = ?")) {
            select.setString(1, trigger.toString());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(feed(row)) : Optional.empty();
            }
        }
    }

    private static Feed feed(ResultSet row) throws SQLException {
        ObjectNode spec = JsonObject.parse(row.getString(4)).copy();
        return new Feed(
                QualifiedName.parse(row.getString(1)),
                AuthKey.parse(row.getString(2)),
                FeedSpec.of(row.getString(3), spec),
                row.getInt(5) == 1 ? new FeedState.Active() : disabled(row),
                Instant.ofEpochMilli(row.getLong(9)),
                row.getLong(10));
    }

    private static FeedState disabled(ResultSet row) throws SQLException {
        int code = row.getInt(7);
        OptionalInt statusCode = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(code);
        @Nullable String kind = row.getString(6);
        @Nullable String message = row.getString(8);
        if (kind == null || message == null) {
            throw new FeedException("the feed of " + row.getString(1) + " is disabled without a reason");
        }
        return new FeedState.Disabled(kind, statusCode, message);
    }
}
