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
    private @Nullable Tools tools;

    /** What works until a statement fails. */
    private record Tools(Statements statements, PointWriter writer, PointDeleter deleter, Packing packing) {}

    /** Some work with them. */
    @FunctionalInterface
    private interface Work<T> {
        T with(Tools tools) throws SQLException;
    }

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
        return new Write(run(connection, with -> with.writer.write(bucket, points)), packed);
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
        if (frozen == null) {
            return new Packed(0, Packing.Result.DONE);
        }
        long lastSeq = memory.lastSeq();
        return new Packed(frozen.number(), run(connection, with -> with.packing.slice(frozen, lastSeq)));
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
        return run(connection, with -> with.deleter.delete(deletion, afterSeries));
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

    private <T> T run(Connection connection, Work<T> work) throws SQLException {
        Tools current = tools;
        if (current == null || !current.statements.areOf(connection)) {
            current = prepare(new Statements(connection));
            tools = current;
        }
        try {
            return work.with(current);
        } catch (SQLException e) {
            tools = null;
            try {
                current.statements.close();
            } catch (SQLException further) {
                e.addSuppressed(further);
            }
            throw e;
        }
    }

    private Tools prepare(Statements statements) throws SQLException {
        SeriesTables tables = new SeriesTables(statements);
        BlockTable blocks = new BlockTable(statements);
        PointWriter writer = new PointWriter(statements, dictionary, tables, limits.series(), limits.fields());
        return new Tools(
                statements,
                writer,
                new PointDeleter(statements, memory, tables, blocks, writer),
                new Packing(statements, blocks));
    }
}
