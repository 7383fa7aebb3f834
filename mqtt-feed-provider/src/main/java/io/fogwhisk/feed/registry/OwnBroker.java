package io.fogwhisk.feed.registry;

import io.fogwhisk.wsk.model.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers where the site's own broker was, so that feeds follow it to another address: it is still the same broker,
 * with the same sessions and the messages that wait in them.
 */
final class OwnBroker {

    private OwnBroker() {}

    /** Gives everything that leads to the old address the new one; returns whether there was another one. */
    static boolean move(Connection connection, Broker now) throws SQLException {
        Optional<Broker> before = known(connection);
        try (PreparedStatement insert =
                connection.prepareStatement("insert or replace into own_broker(id, url) values (0, ?)")) {
            insert.setString(1, now.address());
            insert.executeUpdate();
        }
        if (before.isEmpty() || before.get().sameAddress(now)) {
            return false;
        }
        moveFeeds(connection, before.get(), now);
        moveRetired(connection, before.get(), now);
        return true;
    }

    private static Optional<Broker> known(Connection connection) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select url from own_broker")) {
            return row.next() ? Optional.of(Broker.parse(row.getString(1))) : Optional.empty();
        }
    }

    private static void moveFeeds(Connection connection, Broker before, Broker now) throws SQLException {
        Map<String, String> specs = new LinkedHashMap<>();
        try (PreparedStatement select = connection.prepareStatement("select trigger, spec from feed where kind = ?")) {
            select.setString(1, MqttSpec.KIND);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    FeedSpec read = FeedSpec.recorded(
                            MqttSpec.KIND, JsonObject.parse(row.getString(2)).copy());
                    if (read instanceof MqttSpec spec && spec.broker().sameAddress(before)) {
                        MqttSpec moved = spec.at(now);
                        specs.put(
                                row.getString(1),
                                JsonObject.adopt(moved.toJson()).text());
                    }
                }
            }
        }
        update(connection, "update feed set spec = ? where trigger = ?", specs);
    }

    private static void moveRetired(Connection connection, Broker before, Broker now) throws SQLException {
        Map<String, String> urls = new LinkedHashMap<>();
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery("select id, url from retired")) {
            while (row.next()) {
                Broker broker = Broker.parse(row.getString(2));
                if (broker.sameAddress(before)) {
                    urls.put(row.getString(1), broker.at(now).reveal());
                }
            }
        }
        update(connection, "update retired set url = ? where id = ?", urls);
    }

    private static void update(Connection connection, String sql, Map<String, String> values) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (Map.Entry<String, String> value : values.entrySet()) {
                update.setString(1, value.getValue());
                update.setString(2, value.getKey());
                update.executeUpdate();
            }
        }
    }
}
