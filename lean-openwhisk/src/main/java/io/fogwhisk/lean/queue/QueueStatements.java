package io.fogwhisk.lean.queue;

import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The statements of {@code queue.db}, prepared once for the connection of the queue's committer and used on its thread
 * alone. The driver ends a statement that fails, as on a full disk, so after a failure all are prepared again.
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
            """, """
            alter table entry add column transaction_id text not null default '';
            alter table entry add column headers text;
            alter table entry add column cause text;
            alter table entry add column attempts integer not null default 0;
            create index entry_out_of_order on entry(nanos) where cause is not null or seq < 0;
            alter table activation add column status integer not null default 0;
            alter table activation add column size integer not null default 0;
            update activation set size = length(cast(doc as blob)), status =
                case json_extract(doc, '$.response.status') when 'success' then 0 when 'application error' then 1
                when 'action developer error' then 2 else 3 end;
            create index activation_failed on activation(namespace, start) where status <> 0;
            alter table mark add column entries integer not null default 0;
            alter table mark add column bytes integer not null default 0;
            alter table mark add column closed integer not null default 1;
            update mark set entries = (select count(*) from entry),
                bytes = (select ifnull(sum(size), 0) from activation)
            """);

    private static final String COLUMNS =
            "seq, nanos, random, namespace, fire, target, payload, transaction_id, headers, cause";

    private @Nullable Connection prepared;
    private @Nullable PreparedStatement insert;
    private @Nullable PreparedStatement mark;
    private @Nullable PreparedStatement store;
    private @Nullable PreparedStatement remove;

    /** Adds entries; the mark keeps their last stamp, so that it is never given again. */
    void insert(Connection connection, List<Entry> entries) throws SQLException {
        run(connection, () -> insert(entries));
    }

    private void insert(List<Entry> entries) throws SQLException {
        PreparedStatement into = of(insert);
        into.clearBatch(); // a group that failed leaves its rows behind
        long lastNanos = 0;
        for (Entry entry : entries) {
            Invocation invocation = entry.invocation();
            Origin origin = invocation.origin();
            lastNanos = Math.max(lastNanos, entry.stamp().nanos());
            into.setLong(1, entry.seq());
            into.setLong(2, entry.stamp().nanos());
            into.setLong(3, entry.stamp().random());
            into.setString(4, invocation.namespace());
            into.setInt(5, invocation.fire() ? 1 : 0);
            into.setString(6, invocation.target().toString());
            into.setString(7, invocation.payload().text());
            into.setString(8, origin.transactionId());
            into.setString(9, origin.headers().map(JsonObject::text).orElse(null));
            into.setString(10, origin.cause().map(ActivationId::hex).orElse(null));
            into.addBatch();
        }
        into.executeBatch();
        note(lastNanos, 0, 0, entries.size());
    }

    /** Stores the records and removes the entries. */
    void complete(Connection connection, List<Completion> completions) throws SQLException {
        run(connection, () -> complete(completions));
    }

    private void complete(List<Completion> completions) throws SQLException {
        PreparedStatement into = of(store);
        into.clearBatch();
        List<Long> seqs = new ArrayList<>(completions.size());
        long lastNanos = 0;
        long records = 0;
        long bytes = 0;
        for (Completion completion : completions) {
            if (completion.entry().queued()) {
                seqs.add(completion.entry().seq());
            }
            lastNanos = Math.max(lastNanos, completion.entry().stamp().nanos());
            records += completion.rows().size();
            for (Completion.Row row : completion.rows()) {
                into.setLong(1, row.nanos());
                into.setInt(2, row.index());
                into.setString(3, row.namespace());
                into.setLong(4, row.start());
                into.setString(5, row.name());
                into.setString(6, row.doc());
                into.setInt(7, row.status());
                into.setInt(8, row.size());
                into.addBatch();
                bytes += row.size();
            }
        }
        if (records > 0) {
            into.executeBatch();
        }
        note(lastNanos, records, bytes, seqs.isEmpty() ? 0 : -remove(seqs));
    }

    /** Removes entries; how many there were. */
    private long remove(List<Long> seqs) throws SQLException {
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
        long removed = 0;
        for (int count : from.executeBatch()) {
            removed += count;
        }
        return removed;
    }

    private void note(long lastNanos, long records, long bytes, long entries) throws SQLException {
        PreparedStatement into = of(mark);
        into.setLong(1, lastNanos);
        into.setLong(2, records);
        into.setLong(3, bytes);
        into.setLong(4, entries);
        into.executeUpdate();
    }

    /** Counts one more attempt of entries. */
    static void attempt(Connection connection, List<Entry> entries) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update entry set attempts = attempts + 1 where seq = ?")) {
            for (Entry entry : entries) {
                update.setLong(1, entry.seq());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    /** Notes whether this life of the process ended as it should. */
    static void closed(Connection connection, boolean closed) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("update mark set closed = " + (closed ? 1 : 0));
        }
    }

    /** The entries after one and up to another, in order, until they have a weight. */
    static List<Entry> readGap(Connection reader, long after, long upTo, int weight) throws SQLException {
        return read(reader, weight, "where seq>? and seq<=? order by seq limit ?", after, upTo, weight);
    }

    /** Some entries by their places, in that order. */
    static List<Entry> read(Connection reader, long[] seqs) throws SQLException {
        String places = LongStream.of(seqs).mapToObj(Long::toString).collect(Collectors.joining(","));
        return read(reader, "where seq in (" + places + ") order by seq");
    }

    /** Entries by a condition. */
    static List<Entry> read(Connection reader, String where, Object... values) throws SQLException {
        return read(reader, Integer.MAX_VALUE, where, values);
    }

    private static List<Entry> read(Connection reader, int weight, String where, Object... values) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        int left = weight;
        try (PreparedStatement select =
                reader.prepareStatement("select " + COLUMNS + ", attempts from entry " + where)) {
            for (int i = 0; i < values.length; i++) {
                select.setObject(i + 1, values[i]);
            }
            try (ResultSet row = select.executeQuery()) {
                while (left > 0 && row.next()) {
                    Origin origin = new Origin(
                            row.getString(8),
                            Optional.ofNullable(row.getString(9)).map(JsonObject::trusted),
                            Optional.ofNullable(row.getString(10)).map(ActivationId::new));
                    entries.add(new Entry(
                            row.getLong(1),
                            new Stamp(row.getLong(2), row.getLong(3)),
                            new Invocation(
                                    row.getString(4),
                                    row.getInt(5) == 1,
                                    QualifiedName.parse(row.getString(6)),
                                    JsonObject.trusted(row.getString(7)),
                                    origin),
                            row.getInt(11)));
                    left -= entries.get(entries.size() - 1).weight();
                }
            }
        }
        return entries;
    }

    /**
     * What is in a file that is opened.
     *
     * @param closed whether the life before ended as it should
     */
    record Found(int entries, long firstSeq, long lastSeq, long lastNanos, boolean closed) {

        static Found in(Connection reader) throws SQLException {
            try (Statement statement = reader.createStatement();
                    ResultSet row = statement.executeQuery("select entries, (select ifnull(min(seq), 0) from entry),"
                            + " (select ifnull(max(seq), 0) from entry), nanos, closed from mark")) {
                row.next();
                return new Found(row.getInt(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getInt(5) == 1);
            }
        }
    }

    /** Some work with the prepared statements. */
    @FunctionalInterface
    private interface Work {
        void run() throws SQLException;
    }

    private void run(Connection connection, Work work) throws SQLException {
        try {
            prepare(connection);
            work.run();
        } catch (SQLException e) {
            forget(e);
            throw e;
        }
    }

    private void forget(SQLException cause) {
        prepared = null;
        for (PreparedStatement statement : Arrays.asList(insert, mark, store, remove)) {
            if (statement != null) {
                try {
                    statement.close();
                } catch (SQLException e) {
                    cause.addSuppressed(e);
                }
            }
        }
    }

    private void prepare(Connection connection) throws SQLException {
        if (connection == prepared) {
            return;
        }
        insert = connection.prepareStatement("insert into entry(" + COLUMNS + ") values(?,?,?,?,?,?,?,?,?,?)");
        mark = connection.prepareStatement("update mark set nanos=max(nanos, ?), activations=activations+?,"
                + " bytes=bytes+?, entries=entries+?");
        store = connection.prepareStatement("insert or replace into activation"
                + "(nanos, idx, namespace, start, name, doc, status, size) values(?,?,?,?,?,?,?,?)");
        remove = connection.prepareStatement("delete from entry where seq between ? and ?");
        prepared = connection;
    }

    private static PreparedStatement of(@Nullable PreparedStatement statement) {
        if (statement == null) {
            throw new IllegalStateException("the statement is not prepared");
        }
        return statement;
    }
}
