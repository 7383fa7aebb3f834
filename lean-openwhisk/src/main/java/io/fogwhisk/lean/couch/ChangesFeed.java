package io.fogwhisk.lean.couch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The changes of a database as one client asked for them. Used by one thread at a time. */
final class ChangesFeed implements Parts {

    private static final Logger LOG = LoggerFactory.getLogger(ChangesFeed.class);

    private final LoggedDatabase database;
    private final ChangesQuery query;
    private final DocumentWriter writer;
    private final BiConsumer<String, String> unreadable;
    private final LongSupplier nanos;
    private final long newest;
    private final long deadline;
    private long position;
    private int rows;
    private long spoken;
    private Stage stage = Stage.HEAD;

    /**
     * The changes since those that the client knows.
     *
     * @param unreadable is told the database and the id of a document that can't be written out now
     * @param nanos a clock for waiting times
     */
    ChangesFeed(
            LoggedDatabase database,
            ChangesQuery query,
            DocumentWriter writer,
            BiConsumer<String, String> unreadable,
            LongSupplier nanos) {
        this.database = database;
        this.query = query;
        this.writer = writer;
        this.unreadable = unreadable;
        this.nanos = nanos;
        newest = database.totals().last();
        position = query.descending() ? newest + 1 : query.since();
        spoken = nanos.getAsLong();
        deadline = spoken + query.timeout().toNanos();
    }

    private enum Stage {
        HEAD,
        ROWS,
        END
    }

    @Override
    public Part next() {
        if (stage == Stage.HEAD) {
            stage = Stage.ROWS;
            if (!continuous()) {
                return Parts.text("{\"results\":[\n");
            }
        }
        if (stage == Stage.END) {
            return new End();
        }
        byte[] row = rows < query.limit() ? row() : null;
        if (row != null) {
            rows++;
            spoken = nanos.getAsLong();
            return new Bytes(row);
        }
        return isOver() ? end() : idle();
    }

    private boolean isOver() {
        if (rows >= query.limit() || query.descending() || query.feed() == ChangesQuery.Feed.NORMAL) {
            return true;
        }
        return (rows > 0 && !continuous()) || nanos.getAsLong() - deadline >= 0;
    }

    private Part idle() {
        long now = nanos.getAsLong();
        long wait = deadline - now;
        if (query.heartbeat().isPresent()) {
            long beat = spoken + query.heartbeat().get().toNanos() - now;
            if (beat <= 0) {
                spoken = now;
                return Parts.text("\n");
            }
            wait = Math.min(wait, beat);
        }
        return new Wait(Duration.ofNanos(wait));
    }

    private Part end() {
        stage = Stage.END;
        long last = query.descending() ? newest : position;
        String totals = "\"last_seq\":\"" + database.seqText(last) + "\",\"pending\":" + database.pending(last) + "}\n";
        return Parts.text(continuous() ? "{" + totals : "\n],\n" + totals);
    }

    private byte @Nullable [] row() {
        for (LogEntry entry = step(); entry != null; entry = step()) {
            position = entry.seq();
            if (query.docIds().isEmpty() || query.docIds().get().contains(entry.id())) {
                byte[] row = row(entry);
                if (row != null) {
                    return row;
                }
            }
        }
        return null;
    }

    private @Nullable LogEntry step() {
        if (!query.descending()) {
            return database.after(position);
        }
        LogEntry before = database.before(position);
        return before == null || before.seq() <= query.since() ? null : before;
    }

    /** A row, or null if it has to be left out, as the document changed again or can't be read now. */
    private byte @Nullable [] row(LogEntry entry) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("seq", database.seqText(entry.seq())).put("id", entry.id());
        json.putArray("changes").addObject().put("rev", entry.rev());
        if (entry.deleted()) {
            json.put("deleted", true);
        }
        if (query.includeDocs()) {
            ObjectNode document = document(entry);
            if (document == null) {
                return null;
            }
            json.set("doc", document);
        }
        String separator = rows == 0 || continuous() ? "" : ",\n";
        byte[] before = separator.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = DocumentWriter.bytes(json);
        byte[] row = new byte[before.length + bytes.length + (continuous() ? 1 : 0)];
        System.arraycopy(before, 0, row, 0, before.length);
        System.arraycopy(bytes, 0, row, before.length, bytes.length);
        if (continuous()) {
            row[row.length - 1] = '\n';
        }
        return row;
    }

    private @Nullable ObjectNode document(LogEntry entry) {
        LogEntry current = entry;
        while (true) {
            try {
                return writer.write(database, current);
            } catch (RuntimeException e) {
                LogEntry newer = database.find(entry.id());
                if (newer == null || newer.seq() > entry.seq()) {
                    // It comes again, further on.
                    return null;
                }
                if (Objects.equals(newer.value(), current.value())) {
                    LOG.atDebug()
                            .addKeyValue("database", database.name())
                            .addKeyValue("id", entry.id())
                            .addKeyValue("error", e.getMessage())
                            .log("document can't be read, it comes again when it can");
                    unreadable.accept(database.name(), entry.id());
                    return null;
                }
                current = newer;
            }
        }
    }

    private boolean continuous() {
        return query.feed() == ChangesQuery.Feed.CONTINUOUS;
    }
}
