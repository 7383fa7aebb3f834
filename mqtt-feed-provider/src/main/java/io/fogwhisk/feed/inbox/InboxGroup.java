package io.fogwhisk.feed.inbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What goes to the disk in one transaction: open for arrivals until it is written. Guarded by the inbox until then. */
final class InboxGroup {

    private final List<Arrival> arrivals = new ArrayList<>();
    private final List<Backlog> unnamed = new ArrayList<>();
    private Leaving leaving = new Leaving();
    private boolean closed;
    private boolean dead;

    record Arrival(InboxMessage message, CompletableFuture<Void> stored) {}

    private record Drop(Backlog backlog, long upTo) {}

    /** What the file need not hold any more. Guarded by the inbox until it is in a group that is closed. */
    static final class Leaving {
        private static final long TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
        private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

        private final List<InboxMessage> settled = new ArrayList<>();
        private final List<Drop> drops = new ArrayList<>();
        private final List<Backlog> forgotten = new ArrayList<>();
        private boolean refused;
        private long due;

        /** A message is settled; true if none was before. */
        boolean settle(InboxMessage message) {
            if (settled.isEmpty() && !refused) {
                due = System.nanoTime() + TOGETHER_NANOS;
            }
            settled.add(message);
            return settled.size() == 1;
        }

        void drop(Backlog backlog) {
            drops.add(new Drop(backlog, backlog.droppedUpTo()));
        }

        void forget(Backlog backlog) {
            forgotten.add(backlog);
        }

        /** The same again, because it could not be written; not at once, for the disk may be full. */
        void addAll(Leaving other) {
            refused = true;
            due = System.nanoTime() + AGAIN_NANOS;
            settled.addAll(other.settled);
            drops.addAll(other.drops);
            forgotten.addAll(other.forgotten);
        }

        boolean isEmpty() {
            return settled.isEmpty() && drops.isEmpty() && forgotten.isEmpty();
        }

        /**
         * How long it may wait for an arrival to go with.
         *
         * @param awaited whether something waits for it
         */
        long waitMillis(boolean awaited) {
            boolean hurry = awaited || !drops.isEmpty() || !forgotten.isEmpty();
            return hurry && !refused ? 0 : Math.max(0, TimeUnit.NANOSECONDS.toMillis(due - System.nanoTime()));
        }
    }

    /** Adds a message; a feed whose name is not in the file goes with it. */
    void add(Arrival arrival) {
        arrivals.add(arrival);
        Backlog backlog = arrival.message.backlog();
        if (!backlog.named() && !unnamed.contains(backlog)) {
            unnamed.add(backlog);
        }
    }

    List<Arrival> arrivals() {
        return arrivals;
    }

    Leaving leaving() {
        return leaving;
    }

    /** Whether it cannot be written, so that nothing more may be added. */
    boolean dead() {
        return dead;
    }

    /** Takes no more; false if it took no more before. */
    boolean close(Leaving with) {
        if (closed) {
            return false;
        }
        closed = true;
        leaving = with;
        return true;
    }

    /** Writes it; again if the transaction fails. */
    void write(Connection connection) throws SQLException {
        // Before the names: the feed of the same trigger may have come again.
        for (Backlog backlog : leaving.forgotten) {
            InboxRows.forget(connection, backlog);
        }
        for (Backlog backlog : unnamed) {
            InboxRows.name(connection, backlog);
        }
        InboxRows.insert(connection, arrivals.stream().map(Arrival::message).toList());
        InboxRows.delete(connection, leaving.settled);
        for (Drop drop : leaving.drops) {
            InboxRows.drop(connection, drop.backlog, drop.upTo);
        }
    }

    /** It is on disk. */
    void written() {
        unnamed.forEach(Backlog::nameStored);
        leaving.settled.forEach(message -> message.backlog().deleted(1));
    }

    /** It cannot be written. */
    void failed() {
        dead = true;
        arrivals.forEach(arrival -> arrival.message.backlog().notStored(arrival.message));
    }

    /** Tells those who wait. */
    void tell(@Nullable Throwable failure) {
        for (Arrival arrival : arrivals) {
            if (failure == null) {
                arrival.stored.complete(null);
            } else {
                arrival.stored.completeExceptionally(failure);
            }
        }
    }
}
