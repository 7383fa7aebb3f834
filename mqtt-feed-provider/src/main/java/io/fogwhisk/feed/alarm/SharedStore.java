package io.fogwhisk.feed.alarm;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.quartz.impl.jdbcjobstore.InvalidConfigurationException;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.spi.JobStore;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** The database in which several providers share one schedule: its connections, and Quartz's tables there. */
final class SharedStore implements AutoCloseable {

    private static final String TABLES = "org/quartz/impl/jdbcjobstore/tables_postgres.sql";
    private static final long TABLES_LOCK = 0x666f677768L;
    private static final int CONNECTIONS = 6;
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final String source = "fogwhisk-" + UUID.randomUUID();
    private final HikariDataSource connections;
    private final Duration checkin;

    private SharedStore(HikariDataSource connections, Duration checkin) {
        this.connections = connections;
        this.checkin = checkin;
    }

    /**
     * Connects, and makes the tables if they are not there.
     *
     * @throws FeedException if the database can't be reached or used
     */
    static SharedStore open(String name, AlarmSettings.Cluster cluster) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(cluster.url());
        config.setUsername(cluster.user());
        config.setPassword(cluster.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setPoolName(name + "-feeds-alarms-db");
        config.setConnectionTimeout(CONNECT.toMillis());
        try {
            HikariDataSource connections = new HikariDataSource(config);
            try {
                createTables(connections);
            } catch (SQLException | IOException e) {
                connections.close();
                throw failure(cluster, e);
            }
            return new SharedStore(connections, cluster.checkin());
        } catch (RuntimeException e) {
            if (e instanceof FeedException) {
                throw e;
            }
            throw failure(cluster, e);
        }
    }

    /** The store for Quartz. Closing the scheduler closes none of the connections. */
    JobStore jobStore() {
        DBConnectionManager.getInstance().addConnectionProvider(source, new Connections());
        SharedJobStore store = new SharedJobStore();
        try {
            store.setDriverDelegateClass(PostgreSQLDelegate.class.getName());
            store.setDriverDelegateInitString("triggerPersistenceDelegateClasses=" + AlarmTriggerRows.class.getName());
        } catch (InvalidConfigurationException e) {
            throw new IllegalStateException(e);
        }
        store.setDataSource(source);
        store.setUseProperties("true");
        store.setIsClustered(true);
        store.setClusterCheckinInterval(checkin.toMillis());
        store.setMisfireThreshold(Ticks.SHARED_TOLERANCE.toMillis());
        store.setAcquireTriggersWithinLock(true);
        store.setMakeThreadsDaemons(true);
        return store;
    }

    /** Which alarms there are, and the stamp of each: it differs whenever the alarm does. */
    Map<QualifiedName, String> stamps() throws SQLException {
        Map<QualifiedName, String> stamps = new HashMap<>();
        try (Connection connection = connections.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select job_name, description from qrtz_job_details where sched_name = ?")) {
            select.setString(1, SharedJobStore.SCHEDULE);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    stamps.put(QualifiedName.parse(rows.getString(1)), String.valueOf(rows.getString(2)));
                }
            }
        }
        return stamps;
    }

    @Override
    public void close() {
        connections.close();
    }

    private static FeedException failure(AlarmSettings.Cluster cluster, Exception cause) {
        return new FeedException(
                "cannot use the shared schedule at " + cluster + ": " + cause.getMessage()
                        + "; check that the database runs and that the user may create tables",
                cause);
    }

    /** One provider makes the tables while others that start at the same time wait. */
    private static void createTables(HikariDataSource connections) throws SQLException, IOException {
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select pg_advisory_xact_lock(" + TABLES_LOCK + ")");
            try (ResultSet there = statement.executeQuery("select to_regclass('qrtz_job_details') is not null")) {
                there.next();
                if (there.getBoolean(1)) {
                    connection.rollback();
                    return;
                }
            }
            for (String command : script().split(";", -1)) {
                String text = command.strip();
                if (text.startsWith("CREATE")) {
                    statement.execute(text);
                }
            }
            connection.commit();
        }
    }

    private static String script() throws IOException {
        try (InputStream in = JobStoreTX.class.getClassLoader().getResourceAsStream(TABLES)) {
            if (in == null) {
                throw new IOException("Quartz's jar holds no " + TABLES);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
        }
    }

    /** Lends connections to Quartz. */
    private final class Connections implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return connections.getConnection();
        }

        @Override
        public void shutdown() {}

        @Override
        public void initialize() {}
    }
}
