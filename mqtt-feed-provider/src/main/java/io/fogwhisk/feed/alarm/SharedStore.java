package io.fogwhisk.feed.alarm;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
import java.util.regex.Pattern;
import org.quartz.impl.jdbcjobstore.InvalidConfigurationException;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.spi.JobStore;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database in which several providers share one schedule: its connections, and Quartz's tables there. It may be away
 * at any time, also at first. Thread-safe.
 */
final class SharedStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedStore.class);

    private static final String TABLES = "org/quartz/impl/jdbcjobstore/tables_postgres.sql";
    private static final long TABLES_LOCK = 0x666f677768L;
    private static final int CONNECTIONS = 6;
    private static final String CONNECTION_STATES = "08";
    private static final String STARTING_STATE = "57P03";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** A database whose machine is gone without a word must not hold a thread for ever. */
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");

    private final String source = "fogwhisk-" + UUID.randomUUID();
    private final HikariDataSource connections;
    private final Duration checkin;
    private volatile boolean prepared;
    private volatile String id = "";

    private SharedStore(HikariDataSource connections, Duration checkin) {
        this.connections = connections;
        this.checkin = checkin;
    }

    /**
     * Connects, and makes the tables if they are not there.
     *
     * @throws FeedException if the database refuses that; not if it is away
     */
    static SharedStore open(String name, AlarmSettings.Cluster cluster) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(cluster.url());
        config.setUsername(cluster.user());
        config.setPassword(cluster.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setPoolName(name + "-feeds-alarms-db");
        config.setConnectionTimeout(CONNECT.toMillis());
        config.addDataSourceProperty("socketTimeout", String.valueOf(ANSWER.toSeconds()));
        // A pool that comes without a connection; what is wrong shows when one is asked for.
        config.setInitializationFailTimeout(-1);
        SharedStore store = new SharedStore(new HikariDataSource(config), cluster.checkin());
        try {
            store.prepare();
        } catch (SQLException | RuntimeException e) {
            if (!(e instanceof SQLException away && isAway(away))) {
                store.close();
                throw failure(cluster, e);
            }
            LOG.atWarn()
                    .addKeyValue("database", cluster)
                    .addKeyValue("error", String.valueOf(e.getMessage()))
                    .log("shared schedule is away, alarms wait for it");
        }
        return store;
    }

    /**
     * Makes the tables if they are not there.
     *
     * @throws SQLException if the database is away or refuses
     */
    void prepare() throws SQLException {
        if (!prepared) {
            try (Connection connection = connections.getConnection()) {
                createTables(connection);
                id = id(connection);
                prepared = true;
            }
        }
    }

    /**
     * Which schedule this is, as was seen last: another one after the database was made anew. Empty if the tables were
     * not made by a provider.
     */
    String id() {
        return id;
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
        prepare();
        Map<QualifiedName, String> stamps = new HashMap<>();
        try (Connection connection = connections.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select job_name, description from qrtz_job_details where sched_name = ?")) {
            id = id(connection);
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

    private static boolean isAway(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith(CONNECTION_STATES) || state.equals(STARTING_STATE);
    }

    /**
     * One provider makes the tables while others that start at the same time wait. Leaves the connection in a
     * transaction; the pool ends that.
     */
    private static void createTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
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
            statement.execute("comment on table qrtz_job_details is '" + UUID.randomUUID() + "'");
            connection.commit();
        }
    }

    /** The comment that the tables were made with. */
    private static String id(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select obj_description('qrtz_job_details'::regclass, 'pg_class')")) {
            String comment = row.next() ? row.getString(1) : null;
            return comment != null && ID.matcher(comment).matches() ? comment : "";
        }
    }

    private static String script() {
        try (InputStream in = JobStoreTX.class.getClassLoader().getResourceAsStream(TABLES)) {
            if (in == null) {
                throw new IOException("Quartz's jar holds no " + TABLES);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
