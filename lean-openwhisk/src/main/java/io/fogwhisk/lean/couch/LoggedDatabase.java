package io.fogwhisk.lean.couch;

import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.DocumentSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * One database of a {@link DocumentLog}, in memory: which documents there are, in which revision, and in which order they
 * changed. Read by any thread, changed by the log's alone.
 */
final class LoggedDatabase {

    private final String name;
    private final String epoch;
    private final DocumentSource source;
    private final NavigableMap<String, LogEntry> byId = new ConcurrentSkipListMap<>();
    private final NavigableMap<Long, LogEntry> bySeq = new ConcurrentSkipListMap<>();
    private volatile Totals totals = new Totals(0, 0, 0);

    /**
     * An empty database.
     *
     * @param epoch tells the sequence numbers of one file from those of another
     */
    LoggedDatabase(String name, String epoch, DocumentSource source) {
        this.name = name;
        this.epoch = epoch;
        this.source = source;
    }

    /** How far it is and how many documents it has. */
    record Totals(long last, int live, int deleted) {}

    String name() {
        return name;
    }

    DocumentSource source() {
        return source;
    }

    Totals totals() {
        return totals;
    }

    /** A document that is there or was; null if there never was one of that id. */
    @Nullable
    LogEntry find(String id) {
        return byId.get(id);
    }

    /** The documents that are there or were, in the order of their ids. */
    Collection<LogEntry> all() {
        return byId.values();
    }

    /** The first change after a number, or null if there is none yet. */
    @Nullable
    LogEntry after(long seq) {
        Map.Entry<Long, LogEntry> next = bySeq.higherEntry(seq);
        // Those beyond the total are about to be announced.
        return next == null || next.getKey() > totals.last() ? null : next.getValue();
    }

    /** The last change before a number, or null if there is none. */
    @Nullable
    LogEntry before(long seq) {
        Map.Entry<Long, LogEntry> next = bySeq.lowerEntry(seq);
        return next == null ? null : next.getValue();
    }

    /** How many changes there are after a number. */
    int pending(long seq) {
        return bySeq.tailMap(seq, false).size();
    }

    /** A number as clients see it. */
    String seqText(long seq) {
        return seq + "-" + epoch;
    }

    /** What a client calls a number; 0, which is the beginning, if it is of another log or of none of this one's past. */
    long seqOf(String text) {
        String bare = text.replace("\"", "");
        if (bare.equals("now")) {
            return totals.last();
        }
        int dash = bare.indexOf('-');
        if (dash < 1 || !bare.substring(dash + 1).equals(epoch)) {
            return 0;
        }
        try {
            long seq = Long.parseLong(bare.substring(0, dash));
            return seq < 0 || seq > totals.last() ? 0 : seq;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /**
     * Has the source write out a document.
     *
     * @throws RuntimeException as the source does
     */
    CatalogDocument render(LogEntry entry, String reader) {
        Object value = entry.value();
        if (value == null) {
            throw CouchFault.notFound(entry.deleted() ? "deleted" : "missing");
        }
        return source.render(entry.id(), value, reader);
    }

    /** Takes over changes that are durable, in the order of their numbers. */
    void apply(List<LogEntry> changes) {
        long last = totals.last();
        int live = totals.live();
        int deleted = totals.deleted();
        List<Long> replaced = new ArrayList<>();
        for (LogEntry entry : changes) {
            LogEntry old = byId.put(entry.id(), entry);
            bySeq.put(entry.seq(), entry);
            if (old != null) {
                replaced.add(old.seq());
                live -= old.deleted() ? 0 : 1;
                deleted -= old.deleted() ? 1 : 0;
            }
            live += entry.deleted() ? 0 : 1;
            deleted += entry.deleted() ? 1 : 0;
            last = Math.max(last, entry.seq());
        }
        totals = new Totals(last, live, deleted);
        // Last, so that who reads along finds a document once at least.
        replaced.forEach(bySeq::remove);
    }

    /** Takes over a value of the same content. */
    void refresh(LogEntry entry) {
        byId.put(entry.id(), entry);
        bySeq.put(entry.seq(), entry);
    }
}
