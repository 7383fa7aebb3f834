package io.fogwhisk.aggregate.outbox;

import io.fogwhisk.aggregate.influx.InfluxTarget;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Files as earlier versions of the program left them. */
final class OutboxFile {

    private OutboxFile() {}

    /** One row for each entry, and no names of databases. */
    static void ofTheFirstVersion(Path file, InfluxTarget target, List<String> lines) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement sql = connection.createStatement()) {
            sql.execute("create table target (id integer primary key, url text not null, org text not null,"
                    + " bucket text not null, token text not null, unique (url, org, bucket))");
            sql.execute("create table entry (target integer not null, id integer not null, kind text not null,"
                    + " points integer not null, lines text not null, primary key (target, id)) without rowid");
            sql.execute("create table set_aside (id integer primary key autoincrement, source text not null,"
                    + " time integer not null, reason text not null, payload text not null, unique (source, reason))");
            sql.execute("create table watermark (job text primary key, until integer not null) without rowid");
            sql.execute("pragma user_version=1");
            try (PreparedStatement insert = connection.prepareStatement("insert into target values (1, ?, ?, ?, ?)")) {
                insert.setString(1, target.bucket().url());
                insert.setString(2, target.bucket().org());
                insert.setString(3, target.bucket().name());
                insert.setString(4, target.token());
                insert.executeUpdate();
            }
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into entry values (1, ?, 'READING', 1, ?)")) {
                for (int i = 0; i < lines.size(); i++) {
                    insert.setInt(1, i + 1);
                    insert.setString(2, lines.get(i));
                    insert.executeUpdate();
                }
            }
        }
    }
}
