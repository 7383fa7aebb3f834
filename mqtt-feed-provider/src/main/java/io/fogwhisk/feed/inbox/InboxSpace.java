package io.fogwhisk.feed.inbox;

import io.fogwhisk.base.store.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Gives the space on disk back that a burst took and nothing needs any more. */
final class InboxSpace {

    /** What a file may have to spare: the next burst uses it. */
    static final long SPARE_BYTES = 16L * 1024 * 1024;

    private static final int INCREMENTAL = 2;
    private static final int STEP_PAGES = 2_000;

    private InboxSpace() {}

    /**
     * Has the file able to become smaller. A large one that was made before stays as it is for now, because all of it
     * would have to be written anew.
     */
    static void prepare(Database database) {
        try (Connection connection = database.openWriter()) {
            connection.setAutoCommit(true);
            long used = (number(connection, "page_count") - number(connection, "freelist_count"))
                    * number(connection, "page_size");
            if (number(connection, "auto_vacuum") != INCREMENTAL && used < SPARE_BYTES) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("pragma auto_vacuum=" + INCREMENTAL);
                    statement.execute("vacuum");
                }
            }
        } catch (SQLException e) {
            throw database.failure("prepare", e);
        }
    }

    /** How many bytes of the file hold nothing. */
    static long free(Connection connection) throws SQLException {
        return number(connection, "freelist_count") * number(connection, "page_size");
    }

    /** Gives some of it back, as part of a transaction; false if that is impossible. */
    static boolean shrink(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // An update, for a query would end after one page.
            statement.executeUpdate("pragma incremental_vacuum(" + STEP_PAGES + ")");
        }
        return number(connection, "auto_vacuum") == INCREMENTAL;
    }

    private static long number(Connection connection, String pragma) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("pragma " + pragma)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }
}
