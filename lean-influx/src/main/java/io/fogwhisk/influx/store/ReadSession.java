package io.fogwhisk.influx.store;

import io.fogwhisk.base.store.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A connection that reads, with its prepared scan. Opening one costs more than a small query, so {@link PointStore}
 * lends it out again. Used by one thread at a time.
 */
final class ReadSession implements AutoCloseable {

    private static final String SCAN =
            "select time, fields from point where tag_set = ? and time >= ? and time < ? order by time";

    private final Database database;
    private final Connection connection;
    private final PreparedStatement scan;

    ReadSession(Database database) {
        this.database = database;
        this.connection = database.openReader();
        try {
            connection.setAutoCommit(false);
            scan = connection.prepareStatement(SCAN);
        } catch (SQLException e) {
            closeConnection();
            throw database.failure("read", e);
        }
    }

    Database database() {
        return database;
    }

    Connection connection() {
        return connection;
    }

    /** The scan, for one result at a time. */
    PreparedStatement scan() {
        return scan;
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
