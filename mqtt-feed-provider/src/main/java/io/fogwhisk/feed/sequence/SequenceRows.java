package io.fogwhisk.feed.sequence;

import io.fogwhisk.feed.registry.SequenceCounts;
import io.fogwhisk.feed.sequence.FeedSequence.Row;
import io.fogwhisk.feed.sequence.FeedSequence.Stored;
import io.fogwhisk.feed.sequence.FeedSequence.Unsaved;
import io.fogwhisk.wsk.model.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** What was counted of the numbers of messages, as rows of {@code feeds.db}. */
final class SequenceRows {

    private SequenceRows() {}

    /** What is stored of one feed: of which numbers, as text, and what of them. */
    record Found(String about, Stored stored) {}

    static Map<QualifiedName, Found> all(Connection connection) throws SQLException {
        Map<String, Found> byName = new HashMap<>();
        Map<String, Boolean> clean = new HashMap<>();
        try (PreparedStatement select =
                        connection.prepareStatement("select trigger, about, missing, repeated, restarts,"
                                + " unknown, unnumbered, clean from sequence");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                SequenceCounts counts = new SequenceCounts(
                        row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6), row.getLong(7), 0);
                byName.put(row.getString(1), new Found(row.getString(2), new Stored(counts, new HashMap<>())));
                clean.put(row.getString(1), row.getInt(8) == 1);
            }
        }
        try (PreparedStatement select =
                        connection.prepareStatement("select trigger, device, last, holes from sequence_device");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Found found = byName.get(row.getString(1));
                if (found != null) {
                    boolean torn = !clean.getOrDefault(row.getString(1), false);
                    found.stored
                            .devices()
                            .put(row.getString(2), new DeviceSequence(row.getLong(3), row.getString(4), torn));
                }
            }
        }
        Map<QualifiedName, Found> all = new HashMap<>();
        byName.forEach((name, found) -> all.put(QualifiedName.parse(name), found));
        return all;
    }

    /** Says of all whether it is up to date. */
    static int mark(Connection connection, boolean clean) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update sequence set clean = ?")) {
            update.setInt(1, clean ? 1 : 0);
            return update.executeUpdate();
        }
    }

    static void save(Connection connection, Unsaved unsaved) throws SQLException {
        if (unsaved.whole()) {
            delete(connection, unsaved.trigger(), "sequence_device");
        }
        SequenceCounts counts = unsaved.counts();
        try (PreparedStatement insert = connection.prepareStatement("insert or replace into sequence(trigger, about,"
                + " missing, repeated, restarts, unknown, unnumbered, clean) values (?, ?, ?, ?, ?, ?, ?, 0)")) {
            insert.setString(1, unsaved.trigger().toString());
            insert.setString(2, unsaved.about());
            insert.setLong(3, counts.missing());
            insert.setLong(4, counts.repeated());
            insert.setLong(5, counts.restarts());
            insert.setLong(6, counts.unknown());
            insert.setLong(7, counts.unnumbered());
            insert.executeUpdate();
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert or replace into sequence_device(trigger, device, last, holes) values (?, ?, ?, ?)")) {
            for (Row row : unsaved.rows()) {
                insert.setString(1, unsaved.trigger().toString());
                insert.setString(2, row.device());
                insert.setLong(3, row.last());
                insert.setString(4, row.holes());
                insert.executeUpdate();
            }
        }
    }

    static void delete(Connection connection, QualifiedName trigger) throws SQLException {
        delete(connection, trigger, "sequence");
        delete(connection, trigger, "sequence_device");
    }

    private static void delete(Connection connection, QualifiedName trigger, String table) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from " + table + " where trigger = ?")) {
            delete.setString(1, trigger.toString());
            delete.executeUpdate();
        }
    }
}
