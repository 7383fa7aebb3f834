package io.fogwhisk.feed.registry;

import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The feeds and the subscriptions they left behind as rows of the database. */
final class FeedRows {

    private static final String SELECT = "select trigger, key, kind, spec, active, reason_kind, reason_code, reason,"
            + " declared, changed, revision from feed";
    private static final String PAUSED = "PAUSED";

    private FeedRows() {}

    static List<Feed> all(Connection connection) throws SQLException {
        List<Feed> feeds = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(SELECT);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                feeds.add(feed(rows));
            }
        }
        return feeds;
    }

    static Optional<Feed> find(Connection connection, QualifiedName trigger) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " where trigger = ?")) {
            select.setString(1, trigger.toString());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(feed(row)) : Optional.empty();
            }
        }
    }

    static void put(Connection connection, Feed feed) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert or replace into feed(trigger, key, kind,"
                + " spec, active, reason_kind, reason_code, reason, declared, changed, revision)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, feed.trigger().toString());
            insert.setString(2, feed.key().reveal());
            insert.setString(3, feed.spec().kind());
            insert.setString(4, JsonObject.adopt(feed.spec().toJson()).text());
            insert.setInt(5, feed.active() ? 1 : 0);
            insert.setNull(6, Types.VARCHAR);
            insert.setNull(7, Types.INTEGER);
            insert.setNull(8, Types.VARCHAR);
            if (feed.state() instanceof FeedState.Paused) {
                insert.setString(6, PAUSED);
            } else if (feed.state() instanceof FeedState.Disabled disabled) {
                insert.setString(6, disabled.kind());
                insert.setString(8, disabled.message());
                if (disabled.statusCode().isPresent()) {
                    insert.setInt(7, disabled.statusCode().getAsInt());
                }
            }
            insert.setInt(9, written(feed.origin()));
            insert.setLong(10, feed.changed().toEpochMilli());
            insert.setLong(11, feed.revision());
            insert.executeUpdate();
        }
    }

    static void delete(Connection connection, QualifiedName trigger) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from feed where trigger = ?")) {
            delete.setString(1, trigger.toString());
            delete.executeUpdate();
        }
    }

    static List<Retired> retired(Connection connection) throws SQLException {
        List<Retired> list = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("select id, namespace, url, topic from retired");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                list.add(new Retired(
                        rows.getLong(1),
                        rows.getString(2),
                        Broker.parse(rows.getString(3)),
                        TopicFilter.parse(rows.getString(4))));
            }
        }
        return list;
    }

    /** Remembers the subscriptions of a feed as it was. */
    static List<Retired> retire(Connection connection, Optional<Feed> before) throws SQLException {
        if (before.isEmpty() || !(before.get().spec() instanceof MqttSpec mqtt)) {
            return List.of();
        }
        List<Retired> list = new ArrayList<>();
        String namespace = before.get().trigger().namespace();
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into retired(namespace, url, topic) values (?, ?, ?) returning id")) {
            for (TopicFilter topic : mqtt.topics()) {
                insert.setString(1, namespace);
                insert.setString(2, mqtt.broker().reveal());
                insert.setString(3, topic.text());
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    list.add(new Retired(row.getLong(1), namespace, mqtt.broker(), topic));
                }
            }
        }
        return list;
    }

    static void forget(Connection connection, Collection<Retired> gone) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from retired where id = ?")) {
            for (Retired old : gone) {
                delete.setLong(1, old.id());
                delete.executeUpdate();
            }
        }
    }

    private static Feed feed(ResultSet row) throws SQLException {
        return new Feed(
                QualifiedName.parse(row.getString(1)),
                AuthKey.parse(row.getString(2)),
                FeedSpec.recorded(
                        row.getString(3), JsonObject.parse(row.getString(4)).copy()),
                row.getInt(5) == 1 ? new FeedState.Active() : inactive(row),
                origin(row.getInt(9)),
                Instant.ofEpochMilli(row.getLong(10)),
                row.getLong(11));
    }

    /** The column is as old as the feeds that a configuration declares. */
    private static int written(Feed.Origin origin) {
        return switch (origin) {
            case CREATED -> 0;
            case DECLARED -> 1;
            case FOLLOWED -> 2;
        };
    }

    private static Feed.Origin origin(int written) {
        return switch (written) {
            case 1 -> Feed.Origin.DECLARED;
            case 2 -> Feed.Origin.FOLLOWED;
            default -> Feed.Origin.CREATED;
        };
    }

    private static FeedState inactive(ResultSet row) throws SQLException {
        int code = row.getInt(7);
        OptionalInt statusCode = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(code);
        @Nullable String kind = row.getString(6);
        if (PAUSED.equals(kind)) {
            return new FeedState.Paused();
        }
        @Nullable String message = row.getString(8);
        if (kind == null || message == null) {
            throw new FeedException("the feed of " + row.getString(1) + " is disabled without a reason");
        }
        return new FeedState.Disabled(kind, statusCode, message);
    }
}
