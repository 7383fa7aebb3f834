package io.fogwhisk.lean.queue;

import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.wsk.model.ActivationId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The activation records in {@code queue.db}: finds them, and deletes the oldest in small steps. Thread-safe; queries
 * wait for each other and for the disk.
 */
public final class ActivationLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ActivationLog.class);
    private static final int STEP = 4_000;
    private static final String MATCHES = " from activation where namespace=? and start between ? and ?";

    private final Database database;
    private final GroupCommitter committer;
    private final QueueSettings settings;
    private final Clock clock;
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong oldestNanos = new AtomicLong();
    private final AtomicBoolean trimming = new AtomicBoolean();
    private @Nullable Connection reader;

    ActivationLog(Database database, GroupCommitter committer, QueueSettings settings, Clock clock) {
        this.database = database;
        this.committer = committer;
        this.settings = settings;
        this.clock = clock;
    }

    synchronized void start() {
        Connection connection = database.openReader();
        reader = connection;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select activations from mark")) {
            row.next();
            count.set(row.getLong(1));
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
    }

    /**
     * What a list is to hold.
     *
     * @param namespace whose
     * @param name {@code name} or {@code package/name}; empty for all
     * @param since earliest start, epoch milliseconds
     * @param upto latest start, epoch milliseconds
     * @param skip how many to leave out, 0 or more
     * @param limit how many at most, 0 or more
     */
    public record Query(String namespace, Optional<String> name, long since, long upto, int skip, int limit) {}

    /** The record of an activation as JSON, or empty if it is not stored or of another namespace. */
    public synchronized Optional<String> find(String namespace, ActivationId id) {
        try (PreparedStatement select =
                reader().prepareStatement("select namespace, doc from activation where nanos=? and idx=?")) {
            select.setLong(1, Stamp.nanosOf(id));
            select.setInt(2, Stamp.indexOf(id));
            try (ResultSet row = select.executeQuery()) {
                // The place holds no random part: an id of another OpenWhisk may point at a record of ours.
                return row.next()
                                && row.getString(1).equals(namespace)
                                && row.getString(2).contains("\"activationId\":\"" + id.hex() + "\"")
                        ? Optional.of(row.getString(2))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
    }

    /** The records that match, the one that started last first, as JSON. */
    public synchronized List<String> list(Query query) {
        String sql = "select doc" + MATCHES + (query.name().isPresent() ? " and name=?" : "")
                + " order by start desc, nanos desc, idx desc limit ? offset ?";
        List<String> docs = new ArrayList<>();
        try (PreparedStatement select = reader().prepareStatement(sql)) {
            int next = bind(select, query);
            select.setInt(next, query.limit());
            select.setInt(next + 1, query.skip());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    docs.add(row.getString(1));
                }
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
        return docs;
    }

    /** How many records match, after those to skip. */
    public synchronized long count(Query query) {
        String sql = "select count(*)" + MATCHES + (query.name().isPresent() ? " and name=?" : "");
        try (PreparedStatement select = reader().prepareStatement(sql)) {
            bind(select, query);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return Math.max(0, row.getLong(1) - query.skip());
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
    }

    /** How many records there are. */
    public long size() {
        return count.get();
    }

    /** Deletes some of the oldest records, if there are too many or they are too old; returns at once. */
    public void trim() {
        long cutoff = clock.instant().minus(settings.retention()).toEpochMilli() * 1_000_000;
        boolean due = count.get() > settings.activationsKept() || (count.get() > 0 && oldestNanos.get() < cutoff);
        if (!due || !trimming.compareAndSet(false, true)) {
            return;
        }
        committer.submit(connection -> trim(connection, cutoff)).whenComplete((deleted, failure) -> {
            trimming.set(false);
            if (failure == null) {
                count.addAndGet(-deleted);
            } else {
                LOG.atWarn().addKeyValue("error", failure.getMessage()).log("old activations not deleted");
            }
        });
    }

    void added(int records) {
        count.addAndGet(records);
        oldestNanos.compareAndSet(Long.MAX_VALUE, clock.millis() * 1_000_000);
    }

    @Override
    public synchronized void close() {
        try {
            if (reader != null) {
                reader.close();
            }
        } catch (SQLException e) {
            throw database.failure("close", e);
        }
    }

    private int trim(Connection connection, long cutoff) throws SQLException {
        int deleted = 0;
        try (Statement statement = connection.createStatement()) {
            long tooMany =
                    Math.min(STEP, number(statement, "select activations from mark") - settings.activationsKept());
            if (tooMany > 0) {
                deleted += statement.executeUpdate("delete from activation where nanos <= ifnull((select nanos from"
                        + " activation order by nanos, idx limit 1 offset " + (tooMany - 1) + "), -1)");
            }
            deleted += statement.executeUpdate("delete from activation where nanos < min(" + cutoff
                    + ", ifnull((select nanos from activation order by nanos, idx limit 1 offset " + STEP + "), "
                    + cutoff + "))");
            statement.executeUpdate("update mark set activations = max(0, activations - " + deleted + ")");
            oldestNanos.set(number(statement, "select ifnull(min(nanos), " + Long.MAX_VALUE + ") from activation"));
        }
        return deleted;
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static int bind(PreparedStatement select, Query query) throws SQLException {
        select.setString(1, query.namespace());
        select.setLong(2, query.since());
        select.setLong(3, query.upto());
        if (query.name().isPresent()) {
            select.setString(4, query.name().get());
            return 5;
        }
        return 4;
    }

    private Connection reader() {
        Connection connection = reader;
        if (connection == null) {
            throw new StoreException("database " + database.file() + " is not open");
        }
        return connection;
    }
}
