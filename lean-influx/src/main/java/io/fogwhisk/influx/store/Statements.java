package io.fogwhisk.influx.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Prepared statements of one connection that end together. The driver ends a statement that fails, as on a full disk,
 * so after a failure all are prepared again. Confined to one thread.
 */
final class Statements implements AutoCloseable {

    private final Connection connection;
    private final List<PreparedStatement> all = new ArrayList<>();

    Statements(Connection connection) {
        this.connection = connection;
    }

    boolean areOf(Connection other) {
        return connection == other;
    }

    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        all.add(statement);
        return statement;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : all) {
            statement.close();
        }
        all.clear();
    }
}
