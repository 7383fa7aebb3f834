package io.fogwhisk.lean.queue;

import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
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
    private static final int LOOK_BACK = 10_000;
    private static final String MATCHES = " from activation where namespace=? and start between ? and ?";

    private final Database database;
    private final GroupCommitter committer;
    private final QueueSettings settings;
    private final Clock clock;
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
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
                ResultSet row = statement.executeQuery("select activations, bytes from mark")) {
            row.next();
            count.set(row.getLong(1));
            bytes.set(row.getLong(2));
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
     * @param status how they ended; empty for all
     * @param skip how many to leave out, 0 or more
     * @param limit how many at most, 0 or more
     */
    public record Query(
            String namespace,
            Optional<String> name,
            long since,
            long upto,
            Optional<ActivationStatus> status,
            int skip,
            int limit) {

        /** The same list, another part of it. */
        public Query part(int otherSkip, int otherLimit) {
            return new Query(namespace, name, since, upto, status, otherSkip, otherLimit);
        }
    }

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

    /** What is in the queue under an id: the entry, until its activations are stored; or empty. */
    public synchronized Optional<Entry> queued(String namespace, ActivationId id) {
        long nanos = Stamp.nanosOf(id);
        try {
            List<Entry> found =
                    QueueStatements.read(reader(), "where nanos=? and (cause is not null or seq < 0)", nanos);
            if (found.isEmpty()) {
                found = search(nanos);
            }
            return found.stream()
                    .filter(entry -> entry.invocation().namespace().equals(namespace)
                            && entry.stamp().id(Stamp.indexOf(id)).equals(id))
                    .findFirst();
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
    }

    /** What was accepted last and is not done, the newest first; looks at no more than the newest few thousand. */
    public synchronized List<Entry> queued(String namespace, int limit) {
        try {
            return QueueStatements.read(
                    reader(),
                    "where namespace=? and seq > (select max(seq) from entry) - " + LOOK_BACK
                            + " order by seq desc limit ?",
                    namespace,
                    limit);
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
    }

    /** Stamps rise with places, so no index is needed to find one. */
    private List<Entry> search(long nanos) throws SQLException {
        String ends = "select ifnull(min(seq), 1), ifnull(max(seq), 0) from entry where seq > 0";
        String middle = "select seq, nanos from entry where seq>=? and seq<=? and cause is null order by seq limit 1";
        try (Statement statement = reader().createStatement();
                ResultSet range = statement.executeQuery(ends);
                PreparedStatement select = reader().prepareStatement(middle)) {
            range.next();
            long low = range.getLong(1);
            long high = range.getLong(2);
            while (low <= high) {
                long mid = low + (high - low) / 2;
                select.setLong(1, mid);
                select.setLong(2, high);
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next() || row.getLong(2) > nanos) {
                        high = mid - 1;
                    } else if (row.getLong(2) == nanos) {
                        return QueueStatements.read(reader(), "where seq=?", row.getLong(1));
                    } else {
                        low = row.getLong(1) + 1;
                    }
                }
            }
        }
        return List.of();
    }

    /** The records that match, the one that started last first, as JSON. */
    public synchronized List<String> list(Query query) {
        String sql = "select doc" + MATCHES + narrowed(query)
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
        String sql = "select count(*)" + MATCHES + narrowed(query);
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

    /** How many bytes the records have. */
    public long bytes() {
        return bytes.get();
    }

    /**
     * Deletes the oldest records while there are too many, or too much of them, or they are too old: some in each of the
     * next commits, so that what is stored meanwhile cannot run away. Returns at once.
     */
    public void trim() {
        long cutoff = clock.instant().minus(settings.retention()).toEpochMilli() * 1_000_000;
        boolean due = count.get() > settings.activationsKept()
                || bytes.get() > settings.bytesKept()
                || (count.get() > 0 && oldestNanos.get() < cutoff);
        if (!due || !trimming.compareAndSet(false, true)) {
            return;
        }
        committer.submit(connection -> trim(connection, cutoff)).whenComplete((deleted, failure) -> {
            trimming.set(false);
            if (failure == null) {
                count.addAndGet(-deleted.records());
                bytes.addAndGet(-deleted.bytes());
                if (deleted.records() > 0) {
                    trim();
                }
            } else {
                LOG.atWarn().addKeyValue("error", failure.getMessage()).log("old activations not deleted");
            }
        });
    }

    void added(int records, long size) {
        count.addAndGet(records);
        bytes.addAndGet(size);
        oldestNanos.compareAndSet(Long.MAX_VALUE, clock.millis() * 1_000_000);
    }

    /** What a step of deleting deleted. */
    private record Deleted(long records, long bytes) {}

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

    private Deleted trim(Connection connection, long cutoff) throws SQLException {
        long records = 0;
        long size = 0;
        try (Statement statement = connection.createStatement()) {
            long tooMany = number(statement, "select activations from mark") - settings.activationsKept();
            long tooLarge = number(statement, "select bytes from mark") - settings.bytesKept();
            long upTo = -1;
            // The oldest few, up to the first that may stay for its number, its size and its age.
            try (ResultSet row =
                    statement.executeQuery("select nanos, size from activation order by nanos, idx limit " + STEP)) {
                while (row.next()
                        && (records < tooMany
                                || size < tooLarge
                                || row.getLong(1) < cutoff
                                || row.getLong(1) == upTo)) {
                    upTo = row.getLong(1);
                    records++;
                    size += row.getLong(2);
                }
            }
            if (records > 0) {
                try (ResultSet row = statement.executeQuery(
                        "select count(*), ifnull(sum(size), 0) from activation where nanos <= " + upTo)) {
                    row.next();
                    records = row.getLong(1);
                    size = row.getLong(2);
                }
                statement.executeUpdate("delete from activation where nanos <= " + upTo);
                statement.executeUpdate("update mark set activations = max(0, activations - " + records
                        + "), bytes = max(0, bytes - " + size + ")");
            }
            oldestNanos.set(number(statement, "select ifnull(min(nanos), " + Long.MAX_VALUE + ") from activation"));
        }
        return new Deleted(records, size);
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
        int next = 4;
        if (query.name().isPresent()) {
            select.setString(next, query.name().get());
            next++;
        }
        if (query.status().isPresent()) {
            select.setInt(next, query.status().get().code());
            next++;
        }
        return next;
    }

    private static String narrowed(Query query) {
        String name = query.name().isPresent() ? " and name=?" : "";
        if (query.status().isEmpty()) {
            return name;
        }
        // Spelled out, or the index of those that did not succeed would not be used.
        return name + " and status=?" + (query.status().get() == ActivationStatus.SUCCESS ? "" : " and status<>0");
    }

    private Connection reader() {
        Connection connection = reader;
        if (connection == null) {
            throw new StoreException("database " + database.file() + " is not open");
        }
        return connection;
    }
}
