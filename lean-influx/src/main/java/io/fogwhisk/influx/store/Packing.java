package io.fogwhisk.influx.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Packs the frozen values of the {@link Memory} into blocks and then deletes their entries of the log, a slice at a
 * time. How far it came is a row of the file, and so as true as the transaction in which it was done. Packing again
 * what is packed changes nothing, so a crash at any moment loses and doubles nothing. Confined to the committer's
 * thread.
 */
final class Packing {

    /** Some milliseconds of work. */
    private static final int SLICE = 20_000;

    private static final int COLUMN = 50;
    private static final int LOG_ENTRIES = 4_000;
    private static final int DONE = -1;

    private final BlockTable blocks;
    private final PreparedStatement progress;
    private final PreparedStatement note;
    private final PreparedStatement deletionPending;
    private final PreparedStatement shorten;

    /** What there is left to do after a slice. */
    enum Result {
        /** Another slice. */
        MORE,
        /** Nothing, once the transaction is committed. */
        DONE,
        /** The same slice, in a later transaction: in this one something was deleted of which the memory knows nothing. */
        LATER
    }

    Packing(Statements statements, BlockTable blocks) throws SQLException {
        this.blocks = blocks;
        progress = statements.prepare("select frozen, next from packing");
        note = statements.prepare("update packing set frozen = ?, next = ?");
        deletionPending = statements.prepare("select 1 from log where seq > ? and kind = 1 limit 1");
        shorten = statements.prepare(
                "delete from log where seq in (select seq from log where seq <= ? order by seq limit " + LOG_ENTRIES
                        + ")");
    }

    /**
     * Packs some more columns of a table, or deletes some more entries of the log.
     *
     * @param lastSeq the newest entry of the log that the memory knows
     */
    Result slice(MemoryTable frozen, long lastSeq) throws SQLException {
        deletionPending.setLong(1, lastSeq);
        try (ResultSet row = deletionPending.executeQuery()) {
            if (row.next()) {
                return Result.LATER;
            }
        }
        int next = next(frozen.number());
        if (next == DONE) {
            return Result.DONE;
        }
        if (next < frozen.size()) {
            note(frozen.number(), pack(frozen, next));
            return Result.MORE;
        }
        shorten.setLong(1, frozen.lastSeq());
        if (shorten.executeUpdate() < LOG_ENTRIES) {
            note(frozen.number(), DONE);
            return Result.DONE;
        }
        return Result.MORE;
    }

    private int pack(MemoryTable frozen, int from) throws SQLException {
        int next = from;
        for (int cost = 0; next < frozen.size() && cost < SLICE; next++) {
            MemoryColumn column = frozen.at(next);
            if (column.count() > 0) {
                blocks.merge(
                        column.column().id(), column.written(column.count()).inOrder());
            }
            cost += COLUMN + column.count();
        }
        return next;
    }

    private int next(long frozen) throws SQLException {
        try (ResultSet row = progress.executeQuery()) {
            return row.next() && row.getLong(1) == frozen ? row.getInt(2) : 0;
        }
    }

    private void note(long frozen, int next) throws SQLException {
        note.setLong(1, frozen);
        note.setInt(2, next);
        note.executeUpdate();
    }
}
