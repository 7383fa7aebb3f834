package io.fogwhisk.feed.alarm;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.quartz.JobDetail;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.TriggerPersistenceDelegate;
import org.quartz.spi.OperableTrigger;

/**
 * Keeps the triggers of alarms in Quartz's table for triggers of other kinds, as JSON. Quartz's own way there serialises
 * objects, and does not read them back from PostgreSQL in version 2.5.2. Public because Quartz makes it by reflection;
 * not for other packages.
 */
public final class AlarmTriggerRows implements TriggerPersistenceDelegate {

    private static final String WHERE = " where sched_name = ? and trigger_name = ? and trigger_group = ?";

    private static final int AFTER_KEY = 5;

    private String table = "";
    private String schedule = "";

    /** Rows of a table that is named later. */
    public AlarmTriggerRows() {}

    @Override
    public void initialize(String tablePrefix, String scheduleName) {
        table = tablePrefix + "BLOB_TRIGGERS";
        schedule = scheduleName;
    }

    @Override
    public boolean canHandleTriggerType(OperableTrigger trigger) {
        return trigger instanceof AlarmTrigger;
    }

    @Override
    public String getHandledTriggerTypeDiscriminator() {
        return "ALARM";
    }

    @Override
    public int insertExtendedTriggerProperties(
            Connection connection, OperableTrigger trigger, String state, JobDetail job) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into " + table + "(blob_data, sched_name, trigger_name, trigger_group) values (?, ?, ?, ?)")) {
            AlarmTrigger alarm = (AlarmTrigger) trigger;
            count(connection, alarm);
            return write(insert, alarm);
        }
    }

    @Override
    public int updateExtendedTriggerProperties(
            Connection connection, OperableTrigger trigger, String state, JobDetail job) throws SQLException {
        AlarmTrigger alarm = (AlarmTrigger) trigger;
        String known = alarm.storedAs();
        try (PreparedStatement update = connection.prepareStatement(
                "update " + table + " set blob_data = ?" + WHERE + (known == null ? "" : " and blob_data = ?"))) {
            count(connection, alarm);
            if (known != null) {
                update.setBytes(AFTER_KEY, known.getBytes(StandardCharsets.UTF_8));
            }
            int rows = write(update, alarm);
            if (rows == 0 && known != null) {
                refuse(connection, alarm.getName());
            }
            return rows;
        }
    }

    /**
     * Whoever stood still for so long that others took it for dead still holds ticks that they have fired since. Fired
     * again, they would also put the schedule back. Quartz looks only at whether somebody holds the tick, and goes on
     * with the others when one fails; so this ends the database's side of the connection, upon which Quartz can commit
     * none of them and lets go of all. A failed statement would not do: the driver then commits without a word that
     * nothing was.
     */
    private static void refuse(Connection connection, String alarm) throws SQLException {
        String why = "alarm " + alarm + " was fired or changed by another provider";
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_terminate_backend(pg_backend_pid())");
        } catch (SQLException e) {
            throw new SQLException(why, e);
        }
        throw new SQLException(why);
    }

    @Override
    public int deleteExtendedTriggerProperties(Connection connection, TriggerKey key) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from " + table + WHERE)) {
            name(delete, 1, key);
            return delete.executeUpdate();
        }
    }

    @Override
    public TriggerPropertyBundle loadExtendedTriggerProperties(Connection connection, TriggerKey key)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select blob_data from " + table + WHERE)) {
            name(select, 1, key);
            try (ResultSet row = select.executeQuery()) {
                byte @Nullable [] json = row.next() ? row.getBytes(1) : null;
                if (json == null) {
                    throw new IllegalStateException("the shared schedule holds no state of the alarm " + key.getName());
                }
                return new TriggerPropertyBundle(
                        AlarmTrigger.stored(key.getName(), new String(json, StandardCharsets.UTF_8)),
                        new String[0],
                        new Object[0]);
            }
        }
    }

    /**
     * Counts the ticks of an alarm that may have only so many, in the transaction that takes one of them, or that
     * schedules the alarm anew. Quartz lets one provider at a time do either.
     */
    private static void count(Connection connection, AlarmTrigger trigger) throws SQLException {
        AlarmPlan.Count made = trigger.count();
        if (made == null) {
            if (trigger.most() >= 0) {
                SharedTables.count(connection, trigger.getName(), trigger.ticks());
            }
            return;
        }
        if (trigger.most() < 0) {
            SharedTables.forget(connection, trigger.getName());
            trigger.counted(0);
        } else if (made.goesOn()) {
            trigger.counted(SharedTables.counted(connection, trigger.getName()).orElse(made.ticks()));
        } else {
            SharedTables.count(connection, trigger.getName(), made.ticks());
            trigger.counted(made.ticks());
        }
    }

    private int write(PreparedStatement statement, AlarmTrigger alarm) throws SQLException {
        String json = alarm.toJson();
        statement.setBytes(1, json.getBytes(StandardCharsets.UTF_8));
        name(statement, 2, alarm.getKey());
        int rows = statement.executeUpdate();
        alarm.storedAs(json);
        return rows;
    }

    private void name(PreparedStatement statement, int at, TriggerKey key) throws SQLException {
        statement.setString(at, schedule);
        statement.setString(at + 1, key.getName());
        statement.setString(at + 2, key.getGroup());
    }
}
