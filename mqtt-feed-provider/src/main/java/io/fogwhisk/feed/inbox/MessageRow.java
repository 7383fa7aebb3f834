package io.fogwhisk.feed.inbox;

import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.feed.trigger.PropertiesJson;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A message as five columns of a table: {@link #COLUMNS}. */
final class MessageRow {

    static final String COLUMNS = "topic, payload, flags, properties, received";

    private static final int QOS = 3;
    private static final int RETAINED = 4;

    private MessageRow() {}

    /** Sets the five parameters from {@code first} on. */
    static void write(PreparedStatement insert, int first, Message message) throws SQLException {
        insert.setString(first, message.topic());
        insert.setBytes(first + 1, message.payload());
        insert.setInt(first + 2, message.qos() | (message.retained() ? RETAINED : 0));
        insert.setString(first + 3, PropertiesJson.write(message.properties()));
        insert.setLong(first + 4, message.receivedAt());
    }

    /** Reads the five columns from {@code first} on. */
    static Message read(ResultSet row, int first) throws SQLException {
        int flags = row.getInt(first + 2);
        byte[] payload = row.getBytes(first + 1);
        return new Message(
                row.getString(first),
                // SQLite tells an empty blob from none, its driver does not.
                payload == null ? new byte[0] : payload,
                flags & QOS,
                (flags & RETAINED) != 0,
                PropertiesJson.read(row.getString(first + 3)),
                row.getLong(first + 4));
    }
}
