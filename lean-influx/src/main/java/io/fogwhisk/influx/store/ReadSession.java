package io.fogwhisk.influx.store;

import io.fogwhisk.base.store.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection that reads, with its prepared statements. Opening one costs more than a small query, so
 * {@link PointStore} lends it out again. Used by one thread at a time.
 */
final class ReadSession implements AutoCloseable {

    /** Blocks do not overlap, so the first that can hold the start is the last that begins before it. */
    private static final String BLOCKS = "select count, data from block where column_id = ?1"
            + " and first_time >= coalesce((select b.first_time from block b"
            + " where b.column_id = ?1 and b.first_time <= ?2 order by b.first_time desc limit 1), ?2)"
            + " and first_time < ?3 and last_time >= ?2 order by first_time";

    private static final String SERIES = "select s.id, s.series_key, c.id, f.id, f.name, f.type from series s"
            + " join series_column c on c.series = s.id join field f on f.id = c.field where s.bucket = ?";

    private final Database database;
    private final Connection connection;
    private @Nullable PreparedStatement forwards;
    private @Nullable PreparedStatement backwards;

    ReadSession(Database database) {
        this.database = database;
        this.connection = database.openReader();
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            closeConnection();
            throw database.failure("read", e);
        }
    }

    Database database() {
        return database;
    }

    /** What is committed now is what later reads see. */
    void beginSnapshot() {
        // SQLite takes the snapshot at the first read.
        number("select count(*) from packing");
    }

    /** The blocks of a column that overlap a range, for one result at a time. */
    PreparedStatement blocks(boolean newestFirst) throws SQLException {
        PreparedStatement known = newestFirst ? backwards : forwards;
        if (known == null) {
            known = connection.prepareStatement(newestFirst ? BLOCKS + " desc" : BLOCKS);
            if (newestFirst) {
                backwards = known;
            } else {
                forwards = known;
            }
        }
        return known;
    }

    /** The columns of the series of a bucket, those of a series one after the other. */
    PreparedStatement series(boolean ofOneMeasurement) throws SQLException {
        return connection.prepareStatement(
                SERIES + (ofOneMeasurement ? " and s.measurement = ?" : "") + " order by s.id");
    }

    PreparedStatement prepare(String query) throws SQLException {
        return connection.prepareStatement(query);
    }

    /** The one number that a query returns. */
    long number(String query) {
        try (PreparedStatement select = connection.prepareStatement(query);
                ResultSet row = select.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
    }

    /** Has the statements prepared again: the driver ends one that fails. */
    void forgetStatements() {
        forwards = null;
        backwards = null;
    }

    /** Lets go of the snapshot, so that the next read sees what is committed by then. */
    void endSnapshot() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            closeConnection();
            throw database.failure("read", e);
        }
    }

    @Override
    public void close() {
        closeConnection();
    }

    private void closeConnection() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw database.failure("close", e);
        }
    }
}
