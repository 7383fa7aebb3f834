package io.fogwhisk.influx.store;

import io.fogwhisk.influx.line.Point;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the committer's thread does on its connection, and to the memory after its commits. In a transaction that fails
 * nothing here changes but caches of what is in the file, which are then forgotten.
 */
final class Committing {

    private final Memory memory;
    private final StoreLimits limits;
    private final Dictionary dictionary = new Dictionary();
    private @Nullable Statements statements;

    /** What lives as long as a connection. */
    private record Statements(Connection connection, PointWriter writer, PointDeleter deleter, Packing packing) {}

    /**
     * A write, and the packing that had to go before it.
     *
     * @param packed the number of the table that is packed now, or 0
     */
    record Write(PointWriter.Written written, long packed) {}

    /**
     * A slice of packing.
     *
     * @param number of the table, or 0 if there was none
     */
    record Packed(long number, Packing.Result result) {}

    Committing(Memory memory, StoreLimits limits) {
        this.memory = memory;
        this.limits = limits;
    }

    Write write(Connection connection, String bucket, List<Point> points) throws SQLException {
        long packed = 0;
        if (memory.full()) {
            // More came than was packed meanwhile: who writes has to wait.
            Packed slice = pack(connection);
            while (slice.result == Packing.Result.MORE) {
                slice = pack(connection);
            }
            packed = slice.result == Packing.Result.DONE ? slice.number : 0;
        }
        return new Write(on(connection).writer.write(bucket, points), packed);
    }

    /** After the commit of a write. */
    List<Rejection> written(String bucket, Write write) {
        memory.packed(write.packed);
        PointWriter.Written written = write.written;
        dictionary.learn(bucket, written.series(), written.fields());
        if (written.batch().size() > 0) {
            memory.add(written.batch(), written.seq());
        }
        return written.rejections();
    }

    Packed pack(Connection connection) throws SQLException {
        MemoryTable frozen = memory.frozen();
        return frozen == null
                ? new Packed(0, Packing.Result.DONE)
                : new Packed(frozen.number(), on(connection).packing.slice(frozen, memory.lastSeq()));
    }

    /** After the commit of a slice of packing; whether there is more to do. */
    boolean packed(Packed slice) {
        if (slice.result == Packing.Result.DONE) {
            memory.packed(slice.number);
        }
        return slice.result != Packing.Result.DONE;
    }

    Deletion.Slice delete(Connection connection, Deletion deletion, long afterSeries) throws SQLException {
        // Whoever writes later in this transaction has to look into the file for what is left.
        dictionary.forget(deletion.bucket());
        return on(connection).deleter.delete(deletion, afterSeries);
    }

    /** After the commit of a slice of a deletion. */
    Deletion.Slice deleted(Deletion deletion, Deletion.Slice slice) {
        // Who wrote earlier in the same transaction has taught it what is deleted now.
        dictionary.forget(deletion.bucket());
        if (!slice.columns().isEmpty()) {
            memory.remove(slice.columns(), deletion.start(), deletion.stop(), slice.seq(), slice.entryBytes());
        }
        return slice;
    }

    private Statements on(Connection connection) throws SQLException {
        Statements current = statements;
        if (current == null || current.connection != connection) {
            SeriesTables tables = new SeriesTables(connection);
            BlockTable blocks = new BlockTable(connection);
            PointWriter writer = new PointWriter(connection, dictionary, tables, limits.series());
            current = new Statements(
                    connection,
                    writer,
                    new PointDeleter(connection, memory, tables, blocks, writer),
                    new Packing(connection, blocks));
            statements = current;
        }
        return current;
    }
}
