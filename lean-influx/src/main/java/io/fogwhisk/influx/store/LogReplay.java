package io.fogwhisk.influx.store;

import io.fogwhisk.base.store.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Reads the log into the memory at the start of a store. */
final class LogReplay {

    private LogReplay() {}

    static void replay(Database database, Memory memory) {
        try (Connection connection = database.openWriter()) {
            try (Statement statement = connection.createStatement()) {
                // The tables of this process have their own numbers.
                statement.executeUpdate("update packing set frozen = 0, next = 0");
            }
            connection.commit();
            try (PreparedStatement select =
                            connection.prepareStatement("select seq, kind, entry from log order by seq");
                    ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    byte[] entry = row.getBytes(3);
                    if (row.getInt(2) == Schema.VALUES) {
                        memory.add(Batch.decode(entry), row.getLong(1));
                    } else {
                        Deletion.Entry deletion = Deletion.Entry.decode(entry);
                        memory.remove(
                                deletion.columns(), deletion.start(), deletion.stop(), row.getLong(1), entry.length);
                    }
                }
            }
            connection.commit();
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
    }
}
