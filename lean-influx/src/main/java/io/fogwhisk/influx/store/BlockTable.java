package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.FieldType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes the blocks of columns. Blocks of a column never overlap and hold {@value #POINTS} points or somewhat more,
 * but for the last ones: a small block is merged with what comes after it while it is not more than twice as big, so
 * that a value is packed again only some ten times. Confined to the committer's thread.
 */
final class BlockTable {

    static final int POINTS = 1_000;
    private static final int MOST_POINTS = 1_500;

    private final PreparedStatement latest;
    private final PreparedStatement next;
    private final PreparedStatement load;
    private final PreparedStatement remove;
    private final PreparedStatement insert;
    private final PreparedStatement countWithin;
    private final PreparedStatement removeWithin;
    private final PreparedStatement overlapping;
    private final PreparedStatement any;

    /** Where a block is. */
    private record Place(long id, long first, long last, int count) {}

    BlockTable(Statements statements) throws SQLException {
        String place = "select id, first_time, last_time, count from block where column_id = ?";
        latest = statements.prepare(place + " and first_time <= ? order by first_time desc limit 1");
        next = statements.prepare(
                "select first_time from block where column_id = ? and first_time > ? order by first_time limit 1");
        load = statements.prepare("select data from block where id = ?");
        remove = statements.prepare("delete from block where id = ?");
        insert = statements.prepare(
                "insert into block(column_id, first_time, last_time, count, data) values (?, ?, ?, ?, ?)");
        String within = " from block where column_id = ? and first_time >= ? and first_time < ? and last_time < ?";
        countWithin = statements.prepare("select coalesce(sum(count), 0)" + within);
        removeWithin = statements.prepare("delete" + within);
        overlapping = statements.prepare(place + " and first_time < ? and last_time >= ?");
        any = statements.prepare("select 1 from block where column_id = ? limit 1");
    }

    /** Adds points to a column; where it has points at the same time, the new ones stay. */
    void merge(long column, Chunk points) throws SQLException {
        Chunk rest = points;
        while (rest.count() > 0) {
            // Most points come after all blocks: then one look is enough.
            Place before = latest(column, Long.MAX_VALUE);
            int end = rest.to();
            if (before != null && before.first > rest.first()) {
                before = latest(column, rest.first());
                end = rest.place(firstAfter(column, rest.first()));
            }
            merge(column, before, rest.slice(rest.from(), end));
            rest = rest.slice(end, rest.to());
        }
    }

    private void merge(long column, @Nullable Place before, Chunk points) throws SQLException {
        Chunk merged = points;
        Place block = before;
        while (block != null
                && (block.last >= merged.first() || (block.count < POINTS && block.count <= 2 * merged.count()))) {
            merged = Chunk.merge(load(block, points.type()), merged);
            remove(block);
            block = block.first == Long.MIN_VALUE ? null : latest(column, block.first - 1);
        }
        insert(column, merged);
    }

    /**
     * Deletes the values of a column within a range.
     *
     * @return how many
     */
    long delete(long column, FieldType type, long start, long stop) throws SQLException {
        long deleted = 0;
        bindRange(countWithin, column, start, stop);
        try (ResultSet row = countWithin.executeQuery()) {
            deleted += row.next() ? row.getLong(1) : 0;
        }
        if (deleted > 0) {
            bindRange(removeWithin, column, start, stop);
            removeWithin.executeUpdate();
        }
        // What is left of the range are parts of at most two blocks, one at each end.
        for (Place block : overlapping(column, start, stop)) {
            Chunk all = load(block, type);
            Chunk out = all.range(start, stop);
            if (out.count() > 0) {
                deleted += out.count();
                remove(block);
                insert(column, all.slice(all.from(), out.from()));
                insert(column, all.slice(out.to(), all.to()));
            }
        }
        return deleted;
    }

    /** Whether a column has a block. */
    boolean holds(long column) throws SQLException {
        any.setLong(1, column);
        try (ResultSet row = any.executeQuery()) {
            return row.next();
        }
    }

    private long firstAfter(long column, long time) throws SQLException {
        next.setLong(1, column);
        next.setLong(2, time);
        try (ResultSet row = next.executeQuery()) {
            return row.next() ? row.getLong(1) : Long.MAX_VALUE;
        }
    }

    private static void bindRange(PreparedStatement statement, long column, long start, long stop) throws SQLException {
        statement.setLong(1, column);
        statement.setLong(2, start);
        statement.setLong(3, stop);
        statement.setLong(4, stop);
    }

    private @Nullable Place latest(long column, long time) throws SQLException {
        latest.setLong(1, column);
        latest.setLong(2, time);
        return place(latest);
    }

    private List<Place> overlapping(long column, long start, long stop) throws SQLException {
        List<Place> found = new ArrayList<>(2);
        overlapping.setLong(1, column);
        overlapping.setLong(2, stop);
        overlapping.setLong(3, start);
        try (ResultSet row = overlapping.executeQuery()) {
            while (row.next()) {
                found.add(read(row));
            }
        }
        return found;
    }

    private static Place read(ResultSet row) throws SQLException {
        return new Place(row.getLong(1), row.getLong(2), row.getLong(3), row.getInt(4));
    }

    private static @Nullable Place place(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? read(row) : null;
        }
    }

    private Chunk load(Place block, FieldType type) throws SQLException {
        load.setLong(1, block.id);
        try (ResultSet row = load.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("block " + block.id + " is not there");
            }
            return BlockCodec.decode(type, block.count, row.getBytes(1));
        }
    }

    private void remove(Place block) throws SQLException {
        remove.setLong(1, block.id);
        remove.executeUpdate();
    }

    private void insert(long column, Chunk points) throws SQLException {
        int from = points.from();
        while (from < points.to()) {
            int to = points.to() - from <= MOST_POINTS ? points.to() : from + POINTS;
            Chunk block = points.slice(from, to);
            insert.setLong(1, column);
            insert.setLong(2, block.first());
            insert.setLong(3, block.last());
            insert.setInt(4, block.count());
            insert.setBytes(5, BlockCodec.encode(block));
            insert.executeUpdate();
            from = to;
        }
    }
}
