package io.fogwhisk.feed.alarm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalInt;
import java.util.UUID;
import org.quartz.impl.jdbcjobstore.JobStoreTX;

/**
 * The tables of a shared schedule: Quartz's, and beside them which schedule it is, how often it was changed, and how
 * many ticks those alarms had that may have only so many. Has no state; each method works on the caller's connection.
 */
final class SharedTables {

    private static final String QUARTZ = "org/quartz/impl/jdbcjobstore/tables_postgres.sql";
    private static final long LOCK = 0x666f677768L;

    private SharedTables() {}

    /**
     * Which schedule a database holds.
     *
     * @param id another one when the tables were made anew, or are known to be older than they once were
     * @param version grows with every change of an alarm
     */
    record Identity(String id, long version) {}

    /**
     * Makes the tables that are not there; one provider does while others that start at the same time wait. Leaves the
     * connection without auto-commit; the pool puts that right.
     */
    static void create(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
            if (!exists(statement, "qrtz_job_details")) {
                for (String command : script().split(";", -1)) {
                    String text = command.strip();
                    if (text.startsWith("CREATE")) {
                        statement.execute(text);
                    }
                }
            }
            if (!exists(statement, "fogwhisk_alarm_ticks")) {
                statement.execute("create table fogwhisk_alarm_ticks"
                        + " (trigger_name varchar(200) primary key, ticks integer not null)");
            }
            if (!exists(statement, "fogwhisk_schedule")) {
                statement.execute("create table fogwhisk_schedule (id varchar(36) not null, version bigint not null)");
                statement.execute("insert into fogwhisk_schedule values ('" + UUID.randomUUID() + "', 0)");
            }
        }
        connection.commit();
    }

    /** Which schedule it is. */
    static Identity identity(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select id, version from fogwhisk_schedule")) {
            if (!row.next()) {
                throw new SQLException("the table fogwhisk_schedule of the shared schedule is empty: drop it");
            }
            return new Identity(row.getString(1), row.getLong(2));
        }
    }

    /** Notes that an alarm is about to be changed. */
    static void change(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("update fogwhisk_schedule set version = version + 1");
        }
    }

    /** Makes it another schedule, unless somebody did already. */
    static void renew(Connection connection, Identity seen) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update fogwhisk_schedule set id = ? where id = ?")) {
            update.setString(1, UUID.randomUUID().toString());
            update.setString(2, seen.id());
            update.executeUpdate();
        }
    }

    /** How many ticks an alarm had, if that is counted. */
    static OptionalInt counted(Connection connection, String trigger) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select ticks from fogwhisk_alarm_ticks where trigger_name = ?")) {
            select.setString(1, trigger);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? OptionalInt.of(row.getInt(1)) : OptionalInt.empty();
            }
        }
    }

    /** Sets how many ticks an alarm had. */
    static void count(Connection connection, String trigger, int ticks) throws SQLException {
        try (PreparedStatement put = connection.prepareStatement("insert into fogwhisk_alarm_ticks values (?, ?)"
                + " on conflict (trigger_name) do update set ticks = excluded.ticks")) {
            put.setString(1, trigger);
            put.setInt(2, ticks);
            put.executeUpdate();
        }
    }

    /** Counts an alarm's ticks no more. */
    static void forget(Connection connection, String trigger) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from fogwhisk_alarm_ticks where trigger_name = ?")) {
            delete.setString(1, trigger);
            delete.executeUpdate();
        }
    }

    private static boolean exists(Statement statement, String table) throws SQLException {
        try (ResultSet row = statement.executeQuery("select to_regclass('" + table + "') is not null")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static String script() {
        try (InputStream in = JobStoreTX.class.getClassLoader().getResourceAsStream(QUARTZ)) {
            if (in == null) {
                throw new IOException("Quartz's jar holds no " + QUARTZ);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
