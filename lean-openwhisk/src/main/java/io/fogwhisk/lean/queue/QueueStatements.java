package io.fogwhisk.lean.queue;

import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements of {@code queue.db}, prepared once for the connection of the queue's committer and used on its thread
 * alone.
 */
final class QueueStatements {

    static final List<String> MIGRATIONS = List.of("""
            create table entry(
                seq integer primary key, nanos integer not null, random integer not null, namespace text not null,
                fire integer not null, target text not null, payload text not null);
            create table mark(id integer primary key, nanos integer not null, activations integer not null);
            insert into mark values(0, 0, 0);
            create table activation(
                nanos integer not null, idx integer not null, namespace text not null, start integer not null,
                name text not null, doc text not null, primary key(nanos, idx)) without rowid;
            create index activation_by_start on activation(namespace, start, name)
            """);

    private static final String COLUMNS = "seq, nanos, random, namespace, fire, target, payload";

    private @Nullable Connection prepared;
    private @Nullable PreparedStatement insert;
    private @Nullable PreparedStatement mark;
    private @Nullable PreparedStatement store;
    private @Nullable PreparedStatement remove;
    private @Nullable PreparedStatement count;

    /** Adds entries; the mark keeps their last stamp, so that it is never given again. */
    void insert(Connection connection, List<Entry> entries) throws SQLException {
        prepare(connection);
        PreparedStatement into = of(insert);
        into.clearBatch(); // a group that failed leaves its rows behind
        for (Entry entry : entries) {
            Invocation invocation = entry.invocation();
            into.setLong(1, entry.seq());
            into.setLong(2, entry.stamp().nanos());
            into.setLong(3, entry.stamp().random());
            into.setString(4, invocation.namespace());
            into.setInt(5, invocation.fire() ? 1 : 0);
            into.setString(6, invocation.target().toString());
            into.setString(7, invocation.payload().text());
            into.addBatch();
        }
        into.executeBatch();
        PreparedStatement last = of(mark);
        last.setLong(1, entries.get(entries.size() - 1).stamp().nanos());
        last.executeUpdate();
    }

    /** Stores the records and removes the entries. */
    void complete(Connection connection, List<Completion> completions) throws SQLException {
        prepare(connection);
        PreparedStatement into = of(store);
        into.clearBatch();
        List<Long> seqs = new ArrayList<>(completions.size());
        long records = 0;
        for (Completion completion : completions) {
            seqs.add(completion.entry().seq());
            records += completion.rows().size();
            for (Completion.Row row : completion.rows()) {
                into.setLong(1, row.nanos());
                into.setInt(2, row.index());
                into.setString(3, row.namespace());
                into.setLong(4, row.start());
                into.setString(5, row.name());
                into.setString(6, row.doc());
                into.addBatch();
            }
        }
        into.executeBatch();
        PreparedStatement counted = of(count);
        counted.setLong(1, records);
        counted.executeUpdate();
        // Entries complete roughly in the order they came, so a few ranges remove most of a group.
        Collections.sort(seqs);
        PreparedStatement from = of(remove);
        from.clearBatch();
        long first = seqs.get(0);
        long last = first;
        for (long seq : seqs) {
            if (seq > last + 1) {
                from.setLong(1, first);
                from.setLong(2, last);
                from.addBatch();
                first = seq;
            }
            last = seq;
        }
        from.setLong(1, first);
        from.setLong(2, last);
        from.addBatch();
        from.executeBatch();
    }

    /** The entries after one and up to another, in order. */
    static List<Entry> read(Connection reader, long after, long upTo, int max) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (PreparedStatement select = reader.prepareStatement(
                "select " + COLUMNS + " from entry where seq>? and seq<=? order by seq limit ?")) {
            select.setLong(1, after);
            select.setLong(2, upTo);
            select.setInt(3, max);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    entries.add(new Entry(
                            row.getLong(1),
                            new Stamp(row.getLong(2), row.getLong(3)),
                            new Invocation(
                                    row.getString(4),
                                    row.getInt(5) == 1,
                                    QualifiedName.parse(row.getString(6)),
                                    JsonObject.trusted(row.getString(7)),
                                    Origin.INTERNAL)));
                }
            }
        }
        return entries;
    }

    /** What is in a file that is opened. */
    record Found(int entries, long lastSeq, long lastNanos) {

        static Found in(Connection reader) throws SQLException {
            try (Statement statement = reader.createStatement();
                    ResultSet row = statement.executeQuery(
                            "select (select count(*) from entry), (select ifnull(max(seq), 0) from entry),"
                                    + " (select nanos from mark)")) {
                row.next();
                return new Found(row.getInt(1), row.getLong(2), row.getLong(3));
            }
        }
    }

    private void prepare(Connection connection) throws SQLException {
        if (connection == prepared) {
            return;
        }
        insert = connection.prepareStatement("insert into entry(" + COLUMNS + ") values(?,?,?,?,?,?,?)");
        mark = connection.prepareStatement("update mark set nanos=?");
        store = connection.prepareStatement(
                "insert or replace into activation(nanos, idx, namespace, start, name, doc) values(?,?,?,?,?,?)");
        remove = connection.prepareStatement("delete from entry where seq between ? and ?");
        count = connection.prepareStatement("update mark set activations=activations+?");
        prepared = connection;
    }

    private static PreparedStatement of(@Nullable PreparedStatement statement) {
        if (statement == null) {
            throw new IllegalStateException("the statement is not prepared");
        }
        return statement;
    }
}
