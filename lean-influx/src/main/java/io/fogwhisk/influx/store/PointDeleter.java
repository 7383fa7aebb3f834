package io.fogwhisk.influx.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Deletes values, some series per transaction. Confined to the committer's thread. */
final class PointDeleter {

    private static final int SERIES = 500;

    private final Memory memory;
    private final SeriesTables tables;
    private final BlockTable blocks;
    private final PointWriter log;
    private final PreparedStatement pending;

    PointDeleter(Statements statements, Memory memory, SeriesTables tables, BlockTable blocks, PointWriter log)
            throws SQLException {
        this.memory = memory;
        this.tables = tables;
        this.blocks = blocks;
        this.log = log;
        pending = statements.prepare("select entry from log where seq > ? and kind = 0");
    }

    /** Deletes from the series after one; the memory follows when this is committed. */
    Deletion.Slice delete(Deletion deletion, long afterSeries) throws SQLException {
        List<SeriesTables.Row> rows = tables.list(deletion.bucket(), afterSeries, SERIES);
        Set<Long> columns = new HashSet<>();
        Set<Long> pendingColumns = pendingColumns();
        long deleted = 0;
        for (SeriesTables.Row row : rows) {
            if (deletion.which().test(row.key())) {
                boolean empty = true;
                for (StoredColumn column : tables.columns(row.id())) {
                    columns.add(column.id());
                    deleted += blocks.delete(column.id(), column.type(), deletion.start(), deletion.stop());
                    long within = memory.within(column.id(), deletion.start(), deletion.stop());
                    deleted += within;
                    long inMemory = memory.within(column.id(), Long.MIN_VALUE, Long.MAX_VALUE);
                    if (inMemory == within && !pendingColumns.contains(column.id()) && !blocks.holds(column.id())) {
                        tables.removeColumn(column.id());
                    } else {
                        empty = false;
                    }
                }
                if (empty) {
                    tables.remove(deletion.bucket(), row);
                }
            }
        }
        byte[] entry = Deletion.encode(columns, deletion.start(), deletion.stop());
        long seq = columns.isEmpty() ? 0 : log.append(Schema.DELETION, entry);
        long last = rows.isEmpty() ? afterSeries : rows.get(rows.size() - 1).id();
        return new Deletion.Slice(columns, seq, entry.length, last, rows.size() == SERIES, deleted);
    }

    /** The columns that other writes of the same transaction wrote to, of which the memory does not know yet. */
    private Set<Long> pendingColumns() throws SQLException {
        Set<Long> columns = new HashSet<>();
        pending.setLong(1, memory.lastSeq());
        try (ResultSet row = pending.executeQuery()) {
            while (row.next()) {
                Batch batch = Batch.decode(row.getBytes(1));
                for (int i = 0; i < batch.size(); i++) {
                    columns.add(batch.column(i).id());
                }
            }
        }
        return columns;
    }
}
