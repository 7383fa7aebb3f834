package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fogwhisk.feed.PostgresServer;
import io.fogwhisk.feed.registry.AlarmSpec;
import io.fogwhisk.wsk.model.JsonObject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;

class AlarmTriggerRowsTest {

    private static final JobDetail JOB =
            JobBuilder.newJob(org.quartz.Job.class).withIdentity("/guest/tick").build();

    @Test
    void whoeverHoldsATickThatOthersFiredMeanwhileCanNotPutTheScheduleBack() throws SQLException {
        try (PostgresServer postgres = PostgresServer.start();
                Connection connection = DriverManager.getConnection(postgres.url(), "postgres", "");
                Connection other = DriverManager.getConnection(postgres.url(), "postgres", "");
                Statement statement = connection.createStatement()) {
            // Given: two providers hold the same tick, because one stood still and the other took it over
            SharedTables.create(connection);
            statement.execute("create table t_blob_triggers (sched_name text, trigger_name text, trigger_group text,"
                    + " blob_data bytea)");
            AlarmTriggerRows rows = new AlarmTriggerRows();
            rows.initialize("t_", "s");
            rows.insertExtendedTriggerProperties(connection, made(), "WAITING", JOB);
            connection.commit();
            AlarmTrigger slow = held(connection);
            AlarmTrigger quick = held(connection);
            quick.triggered(null);
            rows.updateExtendedTriggerProperties(connection, quick, "WAITING", JOB);
            quick.triggered(null);
            rows.updateExtendedTriggerProperties(connection, quick, "WAITING", JOB);
            connection.commit();

            // When
            slow.triggered(null);

            // Then
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> rows.updateExtendedTriggerProperties(connection, slow, "WAITING", JOB))
                    .withMessageContaining("fired or changed by another provider");
            assertThatExceptionOfType(SQLException.class)
                    .as("all of the transaction is gone")
                    .isThrownBy(connection::commit);
            assertThat(held(other).toJson()).isEqualTo(quick.toJson());
        }
    }

    private static AlarmTrigger made() {
        AlarmSpec spec = AlarmSpec.of(
                "alarm", JsonObject.parse("{\"cron\":\"* * * * * *\"}").copy());
        AlarmTrigger trigger = new AlarmTrigger(
                "/guest/tick",
                spec,
                OptionalInt.empty(),
                Instant.EPOCH,
                Instant.now(),
                new AlarmPlan.Count(0, false),
                Ticks.SHARED_TOLERANCE);
        trigger.computeFirstFireTime(null);
        return trigger;
    }

    private static AlarmTrigger held(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select blob_data from t_blob_triggers")) {
            assertThat(row.next()).isTrue();
            return AlarmTrigger.read("/guest/tick", new String(row.getBytes(1), StandardCharsets.UTF_8));
        }
    }
}
