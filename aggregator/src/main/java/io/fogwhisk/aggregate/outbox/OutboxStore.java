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
            """, """
            create table database (
                id integer primary key, key text not null unique, name text not null, url text not null,
                org text not null, bucket text not null, token text not null);
            insert into database select id, 'bucket ' || bucket || ' of organization ' || org || ' at ' || url, '', url,
                org, bucket, token from target;
            create table parcel (
                id integer primary key autoincrement, target integer not null, time integer not null,
                kind text not null, entries integer not null, points integer not null, packed integer not null,
                body blob not null);
            create index parcel_of_target on parcel (target, id);
            insert into parcel (target, time, kind, entries, points, packed, body)
                select target, 1000 * strftime('%s', 'now'), kind, 1, points, 0, cast(lines as blob)
                from entry order by id;
            drop table entry;
            drop table target
            """, """
            update database set key='name guest/' || name, name='guest/' || name where name <> ''
            """, """
            alter table database add column namespace text not null default '';
            update database set namespace=substr(name, 1, instr(name, '/') - 1) where instr(name, '/') > 0;
            update database set namespace='guest', key=key || ' for namespace guest' where name=''
            """);

    private static final int MAX_EXPIRED = 20;

    private OutboxStore() {}

    static Database open(Path file) {
        return Database.open(file, MIGRATIONS);
    }

    /** A target with its number, and what waits for it. */
    record Known(int id, InfluxTarget target, int entries, long bytes) {}

    static List<Known> targets(Connection connection) throws SQLException {
        List<Known> known = new ArrayList<>();
        String sql = "select id, namespace, name, url, org, bucket, token,"
                + " (select coalesce(sum(entries), 0) from parcel where target=database.id),"
                + " (select coalesce(sum(length(body)), 0) from parcel where target=database.id)"
                + " from database order by id";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                InfluxBucket bucket = new InfluxBucket(row.getString(4), row.getString(5), row.getString(6));
                known.add(new Known(
                        row.getInt(1),
                        new InfluxTarget(row.getString(2), row.getString(3), bucket, row.getString(7)),
                        row.getInt(8),
                        row.getLong(9)));
            }
        }
        return known;
    }

    /** The largest number that a target has or had; 0 if none had one. */
    static int lastId(Connection connection) throws SQLException {
        String sql = "select max(coalesce((select max(id) from database), 0),"
                + " coalesce((select max(target) from parcel), 0))";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    /** Remembers a target; what was known of the one of that number, or of that key if nothing waits for it, is replaced. */
    static void putTarget(Connection connection, int id, InfluxTarget target) throws SQLException {
        String forget = "delete from database where key=? and id<>?"
                + " and not exists (select 1 from parcel where target=database.id)";
        try (PreparedStatement statement = connection.prepareStatement(forget)) {
            statement.setString(1, target.key());
            statement.setInt(2, id);
            statement.executeUpdate();
        }
        String sql = "insert into database (id, key, namespace, name, url, org, bucket, token)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set key=excluded.key,"
                + " namespace=excluded.namespace, name=excluded.name, url=excluded.url, org=excluded.org,"
                + " bucket=excluded.bucket, token=excluded.token";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, id);
            statement.setString(2, target.key());
            statement.setString(3, target.namespace());
            statement.setString(4, target.name());
            statement.setString(5, target.bucket().url());
            statement.setString(6, target.bucket().org());
            statement.setString(7, target.bucket().name());
            statement.setString(8, target.token());
            statement.executeUpdate();
        }
    }

    /** Forgets a target that nothing waits for; false if something does. */
    static boolean removeTarget(Connection connection, int id) throws SQLException {
        String sql = "delete from database where id=?1 and not exists (select 1 from parcel where target=?1)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, id);
            return statement.executeUpdate() > 0;
        }
    }

    static void insert(Connection connection, int target, Instant time, List<Parcel> parcels) throws SQLException {
        String sql = "insert into parcel (target, time, kind, entries, points, packed, body)"
                + " values (?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Parcel parcel : parcels) {
                statement.setInt(1, target);
                statement.setLong(2, time.toEpochMilli());
                statement.setString(3, parcel.kind().name());
                statement.setInt(4, parcel.entries());
                statement.setInt(5, parcel.points());
                statement.setBoolean(6, parcel.packed());
                statement.setBytes(7, parcel.body());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** The oldest parcels of a target, as many as fit one request, at least one if there is one. */
    static List<Parcel.Stored> page(Connection connection, int target, int maxPoints) throws SQLException {
        List<Parcel.Stored> page = new ArrayList<>();
        String sql = "select id, kind, entries, points, packed, body from parcel where target=? order by id";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, target);
            try (ResultSet row = statement.executeQuery()) {
                int count = 0;
                while (row.next()) {
                    count += row.getInt(4);
                    if (count > maxPoints && !page.isEmpty()) {
                        break;
                    }
                    page.add(stored(row));
                }
            }
        }
        return page;
    }

    /** What left the file. */
    record Removed(int entries, long bytes) {}

    /** Removes a target's parcels with the ids from {@code first} to {@code last}. */
    static Removed remove(Connection connection, int target, long first, long last) throws SQLException {
        return remove(connection, "target=? and id between ? and ?", target, first, last);
    }

    /**
     * What waited for too long.
     *
     * @param aggregates the parcels of aggregates among it, the oldest first; not all if {@code more}
     */
    record Expired(Removed removed, List<Parcel.Stored> aggregates, boolean more) {}

    /** Removes a target's parcels that were handed over before a time. */
    static Expired removeBefore(Connection connection, int target, Instant time) throws SQLException {
        String sql = "select id, kind, entries, points, packed, body from parcel"
                + " where target=? and time < ? and kind='" + Points.Kind.AGGREGATE + "' order by id limit ?";
        List<Parcel.Stored> aggregates = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, target, time.toEpochMilli(), MAX_EXPIRED + 1);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    aggregates.add(stored(row));
                }
            }
        }
        return new Expired(
                remove(connection, "target=? and time < ?", target, time.toEpochMilli()),
                aggregates,
                aggregates.size() > MAX_EXPIRED);
    }

    private static Parcel.Stored stored(ResultSet row) throws SQLException {
        return new Parcel.Stored(
                row.getLong(1),
                new Parcel(
                        Points.Kind.valueOf(row.getString(2)),
                        row.getInt(3),
                        row.getInt(4),
                        row.getBoolean(5),
                        row.getBytes(6)));
    }

    private static Removed remove(Connection connection, String which, long... values) throws SQLException {
        Removed removed;
        String sum = "select coalesce(sum(entries), 0), coalesce(sum(length(body)), 0) from parcel where " + which;
        try (PreparedStatement statement = connection.prepareStatement(sum)) {
            set(statement, values);
            try (ResultSet row = statement.executeQuery()) {
                removed = row.next() ? new Removed(row.getInt(1), row.getLong(2)) : new Removed(0, 0);
            }
        }
        if (removed.entries > 0) {
            try (PreparedStatement statement = connection.prepareStatement("delete from parcel where " + which)) {
                set(statement, values);
                statement.executeUpdate();
            }
        }
        return removed;
    }

    private static void set(PreparedStatement statement, long... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setLong(i + 1, values[i]);
        }
    }

    /** When the oldest parcel of a target was handed over. */
    static Optional<Instant> oldest(Connection connection, int target) throws SQLException {
        String sql = "select time from parcel where target=? order by id limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, target);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(Instant.ofEpochMilli(row.getLong(1))) : Optional.empty();
            }
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

    static int setAsideCount(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from set_aside")) {
            return row.next() ? row.getInt(1) : 0;
        }
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
