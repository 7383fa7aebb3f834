package io.fogwhisk.aggregate.outbox;

import java.util.HashSet;
import java.util.Set;

/**
 * The aggregates that an outbox took and no database has: whoever computes them again has to hand them over again.
 * Thread-safe. Bounded: of too many it remembers that all may be lost.
 */
public final class LostAggregates {

    private static final int MAX_REMEMBERED = 10_000;

    private final Set<String> lines = new HashSet<>();
    private boolean all;

    LostAggregates() {}

    /**
     * What was lost.
     *
     * @param all whether all that was handed over before may be
     * @param lines the line protocol of what was lost for certain
     */
    public record Lost(boolean all, Set<String> lines) {

        /** Copies the lines. */
        public Lost {
            lines = Set.copyOf(lines);
        }

        /** Whether it may be that this was lost. */
        public boolean has(String line) {
            return all || lines.contains(line);
        }

        /** Whether nothing was lost. */
        public boolean isEmpty() {
            return !all && lines.isEmpty();
        }
    }

    /** Notes that one was lost. */
    synchronized void add(String line) {
        if (lines.size() >= MAX_REMEMBERED) {
            addAll();
        } else if (!all) {
            lines.add(line);
        }
    }

    /** Notes that what waited for too long was lost. */
    void add(OutboxStore.Expired expired) {
        if (expired.more()) {
            addAll();
        } else {
            for (Parcel.Stored stored : expired.aggregates()) {
                stored.parcel()
                        .parts(stored.id())
                        .forEach(part -> add(part.points().lines()));
            }
        }
    }

    private synchronized void addAll() {
        all = true;
        lines.clear();
    }

    /** What was lost since the last call. */
    synchronized Lost take() {
        Lost lost = new Lost(all, lines);
        all = false;
        lines.clear();
        return lost;
    }
}
