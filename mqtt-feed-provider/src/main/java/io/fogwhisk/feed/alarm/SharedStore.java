package io.fogwhisk.feed.alarm;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.fogwhisk.feed.FeedException;
import io.fogwhisk.wsk.model.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.quartz.impl.jdbcjobstore.InvalidConfigurationException;
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

    private static final int CONNECTIONS = 6;
    private static final String CONNECTION_STATES = "08";
    private static final String STARTING_STATE = "57P03";
    private static final String NO_TABLE_STATE = "42P01";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** A database whose machine is gone without a word must not hold a thread for ever. */
    private static final Duration ANSWER = Duration.ofSeconds(30);

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
                SharedTables.create(connection);
                id = SharedTables.identity(connection).id();
                prepared = true;
            }
        }
    }

    /** Which schedule this is, as was seen last: another one after the database was made anew; empty before that. */
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

    /**
     * What the database holds.
     *
     * @param stamps of each alarm: it differs whenever the alarm does
     * @param ticks how many those alarms had that may have only so many
     */
    record Content(
            SharedTables.Identity identity, Map<QualifiedName, String> stamps, Map<QualifiedName, Integer> ticks) {}

    /** Reads what there is. */
    Content content() throws SQLException {
        prepare();
        try (Connection connection = connections.getConnection()) {
            // First, so that no later change is taken for one that was seen.
            SharedTables.Identity identity = SharedTables.identity(connection);
            id = identity.id();
            Map<QualifiedName, String> stamps = new HashMap<>();
            try (PreparedStatement select = connection.prepareStatement(
                    "select job_name, description from qrtz_job_details where sched_name = ?")) {
                select.setString(1, SharedJobStore.SCHEDULE);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        stamps.put(QualifiedName.parse(rows.getString(1)), String.valueOf(rows.getString(2)));
                    }
                }
            }
            Map<QualifiedName, Integer> ticks = new HashMap<>();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select trigger_name, ticks from fogwhisk_alarm_ticks")) {
                while (rows.next()) {
                    ticks.put(QualifiedName.parse(rows.getString(1)), rows.getInt(2));
                }
            }
            return new Content(identity, stamps, ticks);
        } catch (SQLException e) {
            if (NO_TABLE_STATE.equals(e.getSQLState())) {
                prepared = false;
            }
            throw e;
        }
    }

    /** Makes it another schedule, which every provider compares anew with what it knows. */
    void renew(SharedTables.Identity seen) throws SQLException {
        try (Connection connection = connections.getConnection()) {
            SharedTables.renew(connection, seen);
        }
    }

    /** Notes that an alarm is about to be changed. */
    void change() throws SQLException {
        try (Connection connection = connections.getConnection()) {
            SharedTables.change(connection);
        }
    }

    /** How many ticks an alarm had, if that is counted. */
    OptionalInt ticks(QualifiedName trigger) throws SQLException {
        try (Connection connection = connections.getConnection()) {
            return SharedTables.counted(connection, trigger.toString());
        }
    }

    /** Counts an alarm's ticks no more. */
    void forget(QualifiedName trigger) throws SQLException {
        try (Connection connection = connections.getConnection()) {
            SharedTables.forget(connection, trigger.toString());
        }
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
