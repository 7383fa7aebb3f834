package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.line.SeriesKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads points from one snapshot. Not thread-safe; two readers of one snapshot may be used by two threads. */
public final class PointReader implements AutoCloseable {

    private final ReadSession session;
    private final Memory.View memory;
    private final Consumer<ReadSession> giveBack;
    private boolean reading;
    private boolean closed;

    /** Takes the points of a scan, oldest first. */
    @FunctionalInterface
    public interface PointVisitor {
        /**
         * A point.
         *
         * @param time nanoseconds since 1970
         * @param value Double, Long (integer, or the bits of an unsigned), String or Boolean
         * @return whether to go on
         */
        boolean point(long time, Object value);
    }

    /**
     * A reader on a connection that was lent to it.
     *
     * @param memory what is not in blocks
     * @param giveBack takes the connection when the reader is closed
     */
    PointReader(ReadSession session, Memory.View memory, Consumer<ReadSession> giveBack) {
        this.session = session;
        this.memory = memory;
        this.giveBack = giveBack;
    }

    /**
     * The series of a bucket, each with each field that it has, sorted by series key and field name.
     *
     * @param measurements only these, or empty for all
     */
    public List<StoredSeries> series(String bucket, Optional<? extends Collection<String>> measurements) {
        return series(bucket, measurements, Map.of());
    }

    /**
     * Some series of a bucket, each with each field that it has, sorted by series key and field name.
     *
     * @param measurements only these, or empty for all
     * @param wanted is asked for each series and field before the next is read; it may end this by throwing
     */
    public List<StoredSeries> series(
            String bucket, Optional<? extends Collection<String>> measurements, Predicate<StoredSeries> wanted) {
        return series(bucket, measurements, Map.of(), wanted);
    }

    /**
     * The series of a bucket that have some tags, each with each field that it has, sorted by series key and field name.
     *
     * @param measurements only these, or empty for all
     * @param tags values by key, all of which a series must have
     */
    public List<StoredSeries> series(
            String bucket, Optional<? extends Collection<String>> measurements, Map<String, String> tags) {
        return series(bucket, measurements, tags, each -> true);
    }

    private List<StoredSeries> series(
            String bucket,
            Optional<? extends Collection<String>> measurements,
            Map<String, String> tags,
            Predicate<StoredSeries> wanted) {
        List<StoredSeries> found = new ArrayList<>();
        Consumer<StoredSeries> into = each -> {
            if (wanted.test(each)) {
                found.add(each);
            }
        };
        try {
            if (measurements.isEmpty()) {
                try (PreparedStatement select = session.series(false)) {
                    select.setString(1, bucket);
                    addSeries(select, tags, into);
                }
            } else {
                try (PreparedStatement select = session.series(true)) {
                    for (String measurement : measurements.get()) {
                        select.setString(1, bucket);
                        select.setString(2, measurement);
                        addSeries(select, tags, into);
                    }
                }
            }
        } catch (SQLException e) {
            throw session.database().failure("read", e);
        }
        found.sort(Comparator.comparing((StoredSeries series) -> series.key().canonical())
                .thenComparing(series -> series.field().name()));
        return found;
    }

    private static void addSeries(PreparedStatement select, Map<String, String> tags, Consumer<StoredSeries> into)
            throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            long current = -1;
            SeriesKey key = null;
            boolean wanted = false;
            while (row.next()) {
                if (key == null || row.getLong(1) != current) {
                    current = row.getLong(1);
                    key = SeriesKey.parse(row.getString(2));
                    wanted = has(key, tags);
                }
                if (wanted) {
                    StoredField field = new StoredField(row.getLong(4), row.getString(5), FieldType.of(row.getInt(6)));
                    into.accept(new StoredSeries(row.getLong(3), key, field));
                }
            }
        }
    }

    private static boolean has(SeriesKey key, Map<String, String> tags) {
        if (tags.isEmpty()) {
            return true;
        }
        long found = key.tags().stream()
                .filter(tag -> tag.value().equals(tags.get(tag.key())))
                .count();
        return found == tags.size();
    }

    /**
     * Reads the values of one field of a series, oldest first. One at a time: a visitor must not read.
     *
     * @param start first nanosecond
     * @param stop the nanosecond after the last
     */
    public void scan(StoredSeries series, long start, long stop, PointVisitor visitor) {
        chunks(series, start, stop, chunk -> {
            for (int i = chunk.from(); i < chunk.to(); i++) {
                if (!visitor.point(chunk.times()[i], chunk.value(i))) {
                    return false;
                }
            }
            return true;
        });
    }

    /**
     * Reads the values of one field of a series by chunks, oldest first. One at a time: a visitor must not read.
     *
     * @param start first nanosecond
     * @param stop the nanosecond after the last
     */
    public void chunks(StoredSeries series, long start, long stop, ChunkVisitor visitor) {
        read(series, start, stop, false, visitor);
    }

    /**
     * Reads the values of one field of a series by chunks, newest chunk first; within a chunk times rise as always. The
     * way to the last points without reading all of them. One at a time: a visitor must not read.
     *
     * @param start first nanosecond
     * @param stop the nanosecond after the last
     */
    public void chunksBackwards(StoredSeries series, long start, long stop, ChunkVisitor visitor) {
        read(series, start, stop, true, visitor);
    }

    private void read(StoredSeries series, long start, long stop, boolean backwards, ChunkVisitor visitor) {
        if (reading) {
            throw new IllegalStateException("a read within a read");
        }
        if (start >= stop) {
            return;
        }
        reading = true;
        try {
            Chunk rest = memory.column(series.column());
            rest = rest == null ? null : rest.range(start, stop);
            PreparedStatement select = session.blocks(backwards);
            select.setLong(1, series.column());
            select.setLong(2, start);
            select.setLong(3, stop);
            boolean more = true;
            try (ResultSet row = select.executeQuery()) {
                while (more && row.next()) {
                    Chunk block = BlockCodec.decode(series.field().type(), row.getInt(1), row.getBytes(2))
                            .range(start, stop);
                    if (block.count() > 0 && rest != null && rest.count() > 0) {
                        // Memory has what was written last.
                        int from = rest.place(block.first());
                        int to = rest.placeAfter(block.last());
                        Chunk before = rest.slice(rest.from(), from);
                        Chunk after = rest.slice(to, rest.to());
                        block = Chunk.merge(block, rest.slice(from, to));
                        rest = backwards ? before : after;
                        more = visit(visitor, backwards ? after : before);
                    }
                    more = more && visit(visitor, block);
                }
            }
            if (more) {
                visit(visitor, rest);
            }
        } catch (SQLException e) {
            session.forgetStatements();
            throw session.database().failure("read", e);
        } finally {
            reading = false;
        }
    }

    private static boolean visit(ChunkVisitor visitor, @Nullable Chunk chunk) {
        return chunk == null || chunk.count() == 0 || visitor.chunk(chunk);
    }

    /** Ends the snapshot; idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            giveBack.accept(session);
        }
    }
}
