package io.fogwhisk.feed.inbox;

import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.wsk.model.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tables of {@code inbox.db}. The messages of a feed lie together in the order they came, so that they are read and
 * deleted by ranges.
 */
final class InboxRows {

    static final List<String> MIGRATIONS = List.of("""
            create table feed (
                id integer primary key,
                trigger text not null unique
            );
            create table message (
                feed integer not null,
                seq integer not null,
                topic text not null,
                payload blob not null,
                flags integer not null,
                properties text not null,
                received integer not null,
                primary key (feed, seq)
            ) without rowid
            """);

    private InboxRows() {}

    static List<Backlog> backlogs(Connection connection, Shares shares, Backlog.Memory memory) throws SQLException {
        Map<Integer, Backlog> byId = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("select id, trigger from feed");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                QualifiedName trigger = QualifiedName.parse(row.getString(2));
                Backlog backlog = new Backlog(row.getInt(1), trigger, shares.join(trigger.namespace()), memory);
                backlog.found(1, 0, 0, 0, 0);
                byId.put(backlog.id(), backlog);
            }
        }
        try (PreparedStatement select = connection.prepareStatement(
                        "select feed, min(seq), max(seq), count(*), sum(length(payload) + length(topic) + length(properties) + "
                                + InboxMessage.OVERHEAD + "), min(received) from message group by feed");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Backlog backlog = byId.get(row.getInt(1));
                if (backlog != null) {
                    backlog.found(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6));
                }
            }
        }
        return List.copyOf(byId.values());
    }

    static void name(Connection connection, Backlog backlog) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("insert or ignore into feed(id, trigger) values (?, ?)")) {
            insert.setInt(1, backlog.id());
            insert.setString(2, backlog.trigger().toString());
            insert.executeUpdate();
        }
    }

    static void forget(Connection connection, Backlog backlog) throws SQLException {
        for (String delete : List.of("delete from message where feed = ?", "delete from feed where id = ?")) {
            try (PreparedStatement statement = connection.prepareStatement(delete)) {
                statement.setInt(1, backlog.id());
                statement.executeUpdate();
            }
        }
    }

    static void insert(Connection connection, List<InboxMessage> messages) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into message(feed, seq, " + MessageRow.COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?)")) {
            for (InboxMessage message : messages) {
                insert.setInt(1, message.backlog().id());
                insert.setLong(2, message.seq());
                MessageRow.write(insert, 3, message.message());
                insert.executeUpdate();
            }
        }
    }

    /** Deletes messages, those with adjacent numbers together. */
    static void delete(Connection connection, List<InboxMessage> messages) throws SQLException {
        Map<Backlog, List<InboxMessage>> byFeed = new HashMap<>();
        messages.forEach(message -> byFeed.computeIfAbsent(message.backlog(), feed -> new ArrayList<>())
                .add(message));
        try (PreparedStatement delete =
                connection.prepareStatement("delete from message where feed = ? and seq between ? and ?")) {
            for (Map.Entry<Backlog, List<InboxMessage>> feed : byFeed.entrySet()) {
                long[] seqs = feed.getValue().stream()
                        .mapToLong(InboxMessage::seq)
                        .sorted()
                        .toArray();
                int from = 0;
                for (int i = 1; i <= seqs.length; i++) {
                    if (i == seqs.length || seqs[i] != seqs[i - 1] + 1) {
                        delete.setInt(1, feed.getKey().id());
                        delete.setLong(2, seqs[from]);
                        delete.setLong(3, seqs[i - 1]);
                        delete.executeUpdate();
                        from = i;
                    }
                }
            }
        }
    }

    static void drop(Connection connection, Backlog backlog, long upTo) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from message where feed = ? and seq <= ?")) {
            delete.setInt(1, backlog.id());
            delete.setLong(2, upTo);
            delete.executeUpdate();
        }
    }

    /** What {@link #read} makes of a row. */
    @FunctionalInterface
    interface Maker {
        InboxMessage make(long seq, Message message);
    }

    /**
     * A part of what is on disk.
     *
     * @param upTo the number up to which nothing is missing
     */
    record Page(List<InboxMessage> messages, long upTo) {}

    static Page read(Connection connection, int feed, long after, long upTo, long maxWeight, Maker maker)
            throws SQLException {
        List<InboxMessage> list = new ArrayList<>();
        long weight = 0;
        try (PreparedStatement select = connection.prepareStatement("select seq, " + MessageRow.COLUMNS
                + " from message where feed = ? and seq > ? and seq <= ? order by seq")) {
            select.setInt(1, feed);
            select.setLong(2, after);
            select.setLong(3, upTo);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    InboxMessage message = maker.make(row.getLong(1), MessageRow.read(row, 2));
                    list.add(message);
                    weight += message.weight();
                    if (weight >= maxWeight) {
                        return new Page(list, message.seq());
                    }
                }
            }
        }
        return new Page(list, upTo);
    }
}
