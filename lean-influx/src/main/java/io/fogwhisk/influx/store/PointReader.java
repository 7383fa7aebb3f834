package io.fogwhisk.influx.store;

import io.fogwhisk.base.store.Database;
import io.fogwhisk.influx.line.FieldType;
import io.fogwhisk.influx.line.SeriesKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads points from one snapshot. Not thread-safe. */
public final class PointReader implements AutoCloseable {

    private static final int CHUNK = 1_000;

    private final ReadSession session;
    private final Database database;
    private final Connection connection;
    private final Consumer<ReadSession> giveBack;
    private boolean scanning;
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
     * @param giveBack takes the connection when the reader is closed
     */
    PointReader(ReadSession session, Consumer<ReadSession> giveBack) {
        this.session = session;
        this.database = session.database();
        this.connection = session.connection();
        this.giveBack = giveBack;
    }

    /**
     * The series of a bucket, each with each field of its measurement, sorted by series key and field name.
     *
     * @param measurements only these, or empty for all
     */
    public List<StoredSeries> series(String bucket, Optional<? extends Collection<String>> measurements) {
        List<StoredSeries> found = new ArrayList<>();
        try {
            Map<String, List<StoredField>> fields = fields(bucket);
            Collection<String> wanted = measurements.isPresent() ? measurements.get() : List.copyOf(fields.keySet());
            try (PreparedStatement select = connection.prepareStatement(
                    "select tag_set, series_key from series where bucket = ? and measurement = ?")) {
                for (String measurement : wanted) {
                    List<StoredField> columns = fields.getOrDefault(measurement, List.of());
                    select.setString(1, bucket);
                    select.setString(2, measurement);
                    try (ResultSet row = select.executeQuery()) {
                        while (row.next()) {
                            long tagSet = row.getLong(1);
                            SeriesKey key = SeriesKey.parse(row.getString(2));
                            columns.forEach(field -> found.add(new StoredSeries(tagSet, key, field)));
                        }
                    }
                }
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
        found.sort(Comparator.comparing((StoredSeries series) -> series.key().canonical())
                .thenComparing(series -> series.field().name()));
        return found;
    }

    /**
     * Reads the values of one field of a series, oldest first. One scan at a time: a visitor must not scan.
     *
     * @param start first nanosecond
     * @param stop the nanosecond after the last
     */
    public void scan(StoredSeries series, long start, long stop, PointVisitor visitor) {
        long field = series.field().id();
        if (scanning) {
            throw new IllegalStateException("a scan within a scan");
        }
        scanning = true;
        PreparedStatement select = session.scan();
        try {
            select.setLong(1, series.tagSet());
            select.setLong(2, start);
            select.setLong(3, stop);
            try (ResultSet row = select.executeQuery()) {
                boolean more = true;
                while (more && row.next()) {
                    Object value = FieldsBlob.find(row.getBytes(2), field);
                    if (value != null) {
                        more = visitor.point(row.getLong(1), value);
                    }
                }
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        } finally {
            scanning = false;
        }
    }

    /**
     * Reads the values of one field of a series by chunks, oldest first. A visitor must not read.
     *
     * @param start first nanosecond
     * @param stop the nanosecond after the last
     */
    public void chunks(StoredSeries series, long start, long stop, ChunkVisitor visitor) {
        for (Chunk chunk : collect(series, start, stop)) {
            if (!visitor.chunk(chunk)) {
                return;
            }
        }
    }

    /**
     * Reads the values of one field of a series by chunks, newest chunk first; within a chunk times rise as always. The
     * way to the last points without reading all of them. A visitor must not read.
     *
     * @param start first nanosecond
     * @param stop the nanosecond after the last
     */
    public void chunksBackwards(StoredSeries series, long start, long stop, ChunkVisitor visitor) {
        List<Chunk> chunks = collect(series, start, stop);
        for (int i = chunks.size() - 1; i >= 0 && visitor.chunk(chunks.get(i)); i--) {
            // The visitor did it.
        }
    }

    private List<Chunk> collect(StoredSeries series, long start, long stop) {
        List<Chunk> chunks = new ArrayList<>();
        long[] times = new long[CHUNK];
        Object[] values = new Object[CHUNK];
        int[] filled = new int[1];
        scan(series, start, stop, (time, value) -> {
            if (filled[0] == CHUNK) {
                chunks.add(chunk(series.field().type(), times, values, CHUNK));
                filled[0] = 0;
            }
            times[filled[0]] = time;
            values[filled[0]] = value;
            filled[0]++;
            return true;
        });
        if (filled[0] > 0) {
            chunks.add(chunk(series.field().type(), times, values, filled[0]));
        }
        return chunks;
    }

    private static Chunk chunk(FieldType type, long[] times, Object[] values, int count) {
        long[] copied = Arrays.copyOf(times, count);
        return switch (type) {
            case FLOAT ->
                Chunk.ofDoubles(
                        copied,
                        0,
                        count,
                        Arrays.stream(values, 0, count)
                                .mapToDouble(value -> (Double) value)
                                .toArray());
            case INTEGER, UNSIGNED ->
                Chunk.ofLongs(
                        type,
                        copied,
                        0,
                        count,
                        Arrays.stream(values, 0, count)
                                .mapToLong(value -> (Long) value)
                                .toArray());
            case STRING, BOOLEAN -> Chunk.ofObjects(type, copied, 0, count, Arrays.copyOf(values, count));
        };
    }

    private Map<String, List<StoredField>> fields(String bucket) throws SQLException {
        Map<String, List<StoredField>> fields = new HashMap<>();
        try (PreparedStatement select =
                connection.prepareStatement("select measurement, id, name, type from field where bucket = ?")) {
            select.setString(1, bucket);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    fields.computeIfAbsent(row.getString(1), name -> new ArrayList<>())
                            .add(new StoredField(row.getLong(2), row.getString(3), FieldType.of(row.getInt(4))));
                }
            }
        }
        return fields;
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
