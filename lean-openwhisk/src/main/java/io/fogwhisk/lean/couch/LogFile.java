package io.fogwhisk.lean.couch;

import io.fogwhisk.base.store.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The statements of {@code catalog.db}. Stateless. */
final class LogFile {

    private static final List<String> MIGRATIONS = List.of("""
            create table log(uuid text not null);
            create table document(
                db text not null, id text not null, seq integer not null, generation integer not null,
                hashes blob not null, digest blob not null, deleted integer not null,
                primary key(db, id)) without rowid;
            create table local(
                db text not null, owner text not null, id text not null, rev integer not null, contact integer not null,
                body text not null,
                primary key(db, owner, id)) without rowid
            """);

    private LogFile() {}

    static Database open(Path file) {
        return Database.open(file, MIGRATIONS);
    }

    /** The name of the log, given to it when it was first opened. */
    static String uuid(Database database) {
        try (Connection connection = database.openWriter();
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("select uuid from log")) {
                if (row.next()) {
                    return row.getString(1);
                }
            }
            String uuid = UUID.randomUUID().toString().replace("-", "");
            try (PreparedStatement put = connection.prepareStatement("insert into log(uuid) values(?)")) {
                put.setString(1, uuid);
                put.executeUpdate();
            }
            connection.commit();
            return uuid;
        } catch (SQLException e) {
            throw database.failure("open", e);
        }
    }

    /** What is kept of a database, in the order of the changes. */
    static List<LogEntry> documents(Database database, String name) {
        List<LogEntry> found = new ArrayList<>();
        try (Connection connection = database.openReader();
                PreparedStatement select = connection.prepareStatement(
                        "select id, seq, generation, hashes, digest, deleted from document where db=? order by seq")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new LogEntry(
                            row.getString(1),
                            row.getLong(2),
                            new Revisions(row.getInt(3), row.getBytes(4)),
                            row.getBytes(5),
                            row.getInt(6) != 0,
                            null));
                }
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
        return found;
    }

    static boolean put(Connection connection, String name, List<LogEntry> entries) throws SQLException {
        try (PreparedStatement put =
                connection.prepareStatement("insert or replace into document(db, id, seq, generation, hashes, digest,"
                        + " deleted) values(?,?,?,?,?,?,?)")) {
            for (LogEntry entry : entries) {
                put.setString(1, name);
                put.setString(2, entry.id());
                put.setLong(3, entry.seq());
                put.setInt(4, entry.revisions().generation());
                put.setBytes(5, entry.revisions().hashes());
                put.setBytes(6, entry.digest());
                put.setInt(7, entry.deleted() ? 1 : 0);
                put.executeUpdate();
            }
        }
        return true;
    }
}
