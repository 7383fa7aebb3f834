package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.aggregate.influx.InfluxBucket;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.base.store.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tables of {@code outbox.db}. Its methods run on the connection given; writes belong to the committer. */
final class OutboxStore {

    private static final List<String> MIGRATIONS = List.of("""
            create table target (
                id integer primary key, url text not null, org text not null, bucket text not null,
                token text not null, unique (url, org, bucket));
            create table entry (
                target integer not null, id integer not null, kind text not null, points integer not null,
                lines text not null, primary key (target, id)) without rowid;
            create table set_aside (
                id integer primary key autoincrement, source text not null, time integer not null,
                reason text not null, payload text not null, unique (source, reason));
            create table watermark (job text primary key, until integer not null) without rowid
            """);

    private OutboxStore() {}

    static Database open(Path file) {
        return Database.open(file, MIGRATIONS);
    }

    /** Points that wait, with their place in the order of delivery. */
    record Entry(long id, Points points) {}

    /** A target with its number and how many entries wait for it. */
    record Known(int id, InfluxTarget target, int entries) {}

    static List<Known> targets(Connection connection) throws SQLException {
        List<Known> known = new ArrayList<>();
        String sql = "select id, url, org, bucket, token, (select count(*) from entry where target=target.id)"
                + " from target order by id";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                InfluxBucket bucket = new InfluxBucket(row.getString(2), row.getString(3), row.getString(4));
                known.add(new Known(row.getInt(1), new InfluxTarget(bucket, row.getString(5)), row.getInt(6)));
            }
        }
        return known;
    }

    static long lastId(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select max(id) from entry")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** Remembers a target; a new token replaces the one known. */
    static void putTarget(Connection connection, int id, InfluxTarget target) throws SQLException {
        String sql = "insert into target (id, url, org, bucket, token) values (?, ?, ?, ?, ?)"
                + " on conflict (id) do update set token=excluded.token";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, id);
            statement.setString(2, target.bucket().url());
            statement.setString(3, target.bucket().org());
            statement.setString(4, target.bucket().name());
            statement.setString(5, target.token());
            statement.executeUpdate();
        }
    }

    static void insert(Connection connection, int target, long firstId, List<Points> points) throws SQLException {
        String sql = "insert into entry (target, id, kind, points, lines) values (?, ?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            long id = firstId;
            for (Points entry : points) {
                statement.setInt(1, target);
                statement.setLong(2, id++);
                statement.setString(3, entry.kind().name());
                statement.setInt(4, entry.count());
                statement.setString(5, entry.lines());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** The oldest entries of a target, as many as fit one request, at least one if there is one. */
    static List<Entry> page(Connection connection, int target, int maxPoints) throws SQLException {
        List<Entry> page = new ArrayList<>();
        String sql = "select id, kind, points, lines from entry where target=? order by id limit ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, target);
            statement.setInt(2, maxPoints);
            try (ResultSet row = statement.executeQuery()) {
                int count = 0;
                while (row.next()) {
                    count += row.getInt(3);
                    if (count > maxPoints && !page.isEmpty()) {
                        break;
                    }
                    Points.Kind kind = Points.Kind.valueOf(row.getString(2));
                    page.add(new Entry(row.getLong(1), new Points(kind, row.getString(4), row.getInt(3))));
                }
            }
        }
        return page;
    }

    /** Removes a target's entries with the ids from {@code first} to {@code last}; returns how many there were. */
    static int remove(Connection connection, int target, long first, long last) throws SQLException {
        String sql = "delete from entry where target=? and id between ? and ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, target);
            statement.setLong(2, first);
            statement.setLong(3, last);
            return statement.executeUpdate();
        }
    }

    /** Keeps a refused payload, once per source and reason, and drops the oldest beyond {@code max}. */
    static boolean setAside(Connection connection, String source, SetAside.Item item, int max) throws SQLException {
        String sql = "insert or ignore into set_aside (source, time, reason, payload) values (?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, source);
            statement.setLong(2, item.time().toEpochMilli());
            statement.setString(3, item.reason());
            statement.setString(4, item.payload());
            if (statement.executeUpdate() == 0) {
                return false;
            }
        }
        try (PreparedStatement statement =
                connection.prepareStatement("delete from set_aside where id <= (select max(id) from set_aside) - ?")) {
            statement.setInt(1, max);
            statement.executeUpdate();
        }
        return true;
    }

    static List<SetAside.Item> setAside(Connection connection, int limit) throws SQLException {
        List<SetAside.Item> items = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select time, reason, payload from set_aside order by id desc limit ?")) {
            statement.setInt(1, limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    items.add(new SetAside.Item(
                            Instant.ofEpochMilli(row.getLong(1)), row.getString(2), row.getString(3)));
                }
            }
        }
        return items;
    }

    static Optional<Instant> watermark(Connection connection, String job) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select until from watermark where job=?")) {
            statement.setString(1, job);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(Instant.ofEpochMilli(row.getLong(1))) : Optional.empty();
            }
        }
    }

    static void moveWatermark(Connection connection, String job, Instant until) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("insert or replace into watermark (job, until) values (?, ?)")) {
            statement.setString(1, job);
            statement.setLong(2, until.toEpochMilli());
            statement.executeUpdate();
        }
    }
}
