package io.fogwhisk.feed.inbox;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.feed.registry.Lag;
import io.fogwhisk.feed.trigger.Message;
import io.fogwhisk.wsk.model.QualifiedName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that were accepted from a broker, durable in {@code inbox.db} until their triggers took them. A file of its
 * own, with a committer of its own: its commits come by the hundred per second, and a feed that is created must not wait
 * behind them, nor its file grow with a burst.
 *
 * <p>Each feed's messages are handed out in the order they came, and those of one feed do not wait for those of another.
 * New ones go straight from memory; when there are too many they stay on disk alone and are read again, page by page, so
 * that memory is bounded. Messages are deleted in ranges, with the next commit. A crash therefore hands some of them out
 * again, and loses none.
 *
 * <p>Threads: every method may be called by any thread. One thread of its own hands messages out.
 */
public final class Inbox implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int MAX_IN_MEMORY = 10_000;
    private static final int SHARE = MAX_IN_MEMORY / 4;
    // Has every feed go on when others, which cannot, hold all the memory.
    private static final int LEAST = 16;
    private static final int PAGE = 1_000;
    private static final int OFFER = 100;
    private static final long IDLE_MILLIS = 1_000;
    private static final long DELETE_MILLIS = 200;
    private static final Duration PACE = Duration.ofMillis(1);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final Path file;
    private final long maxMessages;
    private final long maxBytes;
    private final Outlet outlet;
    private final String name;
    private final Thread thread;
    // All below is guarded by this, but for what start sets.
    private final Map<QualifiedName, Backlog> byTrigger = new HashMap<>();
    private final List<Backlog> backlogs = new ArrayList<>();
    private List<InboxMessage> deletable = new ArrayList<>();
    private List<Dropped> dropped = new ArrayList<>();
    private final Backlog.Totals totals = new Backlog.Totals();
    private @Nullable Group current;
    private long deleteAt;
    private int turn;
    private long droppedCount;
    private boolean closing;
    private @Nullable Database database;
    private @Nullable GroupCommitter committer;

    /**
     * An inbox that is not open yet.
     *
     * @param name of its threads
     * @param maxMessages how many there may be before it is full
     * @param maxBytes how many bytes there may be before it is full
     */
    public Inbox(String name, Path file, long maxMessages, long maxBytes, Outlet outlet) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.file = Objects.requireNonNull(file, "file is null");
        this.outlet = Objects.requireNonNull(outlet, "outlet is null");
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        thread = NamedThreads.single(name).newThread(() -> new InboxDrain(this, outlet, database()).run());
    }

    /**
     * How an inbox is.
     *
     * @param messages not settled yet
     * @param bytes of them, about
     * @param full whether no further message is taken from brokers until some are settled
     * @param inMemory how many of them, about, are in memory; a large one counts as several
     * @param dropped messages since the start whose feed was deleted before they were settled
     */
    public record State(long messages, long bytes, boolean full, long inMemory, long dropped) {}

    private synchronized Database database() {
        return Objects.requireNonNull(database, "started without a database");
    }

    private record Arrival(InboxMessage message, CompletableFuture<Void> stored) {}

    private record Dropped(Backlog backlog, long upTo) {}

    /** What goes to the disk in one transaction: open for arrivals until it is written. */
    private static final class Group {
        private final List<Arrival> arrivals = new ArrayList<>();
        private final List<Backlog> unnamed = new ArrayList<>();
        private List<InboxMessage> settled = List.of();
        private List<Dropped> drops = List.of();
        private boolean closed;
        private boolean dead;
    }

    /** Opens the file and begins to hand out what it holds. */
    @Override
    public void start() {
        Database opened = Database.open(file, InboxRows.MIGRATIONS);
        try (Connection connection = opened.openReader()) {
            synchronized (this) {
                InboxRows.backlogs(connection, totals).forEach(this::know);
            }
        } catch (SQLException e) {
            throw opened.failure("read", e);
        }
        GroupCommitter started = new GroupCommitter(name + "-db", opened, PACE, 64);
        started.start();
        synchronized (this) {
            database = opened;
            committer = started;
        }
        thread.start();
    }

    private Backlog know(Backlog backlog) {
        byTrigger.put(backlog.trigger(), backlog);
        backlogs.add(backlog);
        return backlog;
    }

    /**
     * Keeps a message for a feed, also when full: the caller waits for {@link #awaitRoom} before.
     *
     * @return completes once it is durable, or with a {@link StoreException}
     */
    public CompletionStage<Void> add(QualifiedName trigger, Message message) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        synchronized (this) {
            if (closing) {
                stored.completeExceptionally(new StoreException("inbox " + file + " is closed"));
                return stored;
            }
            Backlog backlog = byTrigger.get(trigger);
            if (backlog == null) {
                int id = backlogs.stream().mapToInt(Backlog::id).max().orElse(0) + 1;
                backlog = know(new Backlog(id, trigger, totals));
            }
            InboxMessage arrival = new InboxMessage(this, backlog, backlog.nextSeq(), message);
            backlog.arrived(arrival);
            Group group = group();
            if (group.dead) {
                backlog.notStored(arrival);
                stored.completeExceptionally(new StoreException("inbox " + file + " cannot be written"));
                return stored;
            }
            group.arrivals.add(new Arrival(arrival, stored));
            if (!backlog.named() && !group.unnamed.contains(backlog)) {
                group.unnamed.add(backlog);
            }
        }
        return stored;
    }

    /** Waits for room; true if there is some. */
    public synchronized boolean awaitRoom(Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        long left = wait.toMillis();
        while (full() && !closing && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return !full() && !closing;
    }

    /** Drops what it holds for a feed that is gone. */
    public synchronized void drop(QualifiedName trigger) {
        Backlog backlog = byTrigger.get(trigger);
        if (backlog != null) {
            drop(backlog);
        }
    }

    /** Looks again which feeds are active. */
    public synchronized void wake() {
        notifyAll();
    }

    /** What waits for a trigger. */
    public synchronized Lag lag(QualifiedName trigger) {
        Backlog backlog = byTrigger.get(trigger);
        return backlog == null || backlog.count() == 0 ? Lag.NONE : new Lag(backlog.count(), backlog.oldest());
    }

    /** How it is. */
    public synchronized State state() {
        return new State(totals.count(), totals.bytes(), full(), totals.weight(), droppedCount);
    }

    /** Hands out nothing more, waits a bounded time for what is under way, and writes what is settled. */
    @Override
    public void close() {
        GroupCommitter open;
        synchronized (this) {
            closing = true;
            notifyAll();
            open = committer;
        }
        if (open == null) {
            return;
        }
        try {
            thread.join(CLOSE_WAIT.toMillis());
            synchronized (this) {
                long end = System.nanoTime() + CLOSE_WAIT.toNanos();
                long left = CLOSE_WAIT.toMillis();
                while (left > 0 && backlogs.stream().anyMatch(backlog -> backlog.offered() > 0)) {
                    wait(left);
                    left = (end - System.nanoTime()) / 1_000_000;
                }
                if (!deletable.isEmpty() || !dropped.isEmpty()) {
                    group();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.close();
    }

    synchronized void done(InboxMessage message) {
        boolean awaited = full();
        Backlog backlog = message.backlog();
        backlog.settled(message);
        deletable(message);
        if (awaited || closing || backlog.ready() > 0 || backlog.behind() || backlog.rewinding()) {
            notifyAll();
        }
    }

    synchronized void back(InboxMessage message) {
        if (!message.backlog().returned(message)) {
            deletable(message);
        }
        notifyAll();
    }

    private void deletable(InboxMessage message) {
        if (deletable.isEmpty()) {
            deleteAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DELETE_MILLIS);
            notifyAll();
        }
        deletable.add(message);
    }

    private void drop(Backlog backlog) {
        long gone = backlog.drop();
        if (gone > 0) {
            droppedCount += gone;
            dropped.add(new Dropped(backlog, backlog.droppedUpTo()));
            LOG.atInfo()
                    .addKeyValue("trigger", backlog.trigger())
                    .addKeyValue("messages", gone)
                    .log("messages of a deleted feed dropped");
            notifyAll();
        }
    }

    private boolean full() {
        return totals.count() >= maxMessages || totals.bytes() >= maxBytes;
    }

    /** The group that is open, on its way to the disk. */
    private Group group() {
        Group open = current;
        GroupCommitter writer = committer;
        if (open == null && writer != null) {
            Group opened = new Group();
            current = opened;
            writer.submit(connection -> write(connection, opened))
                    .whenComplete((done, failure) -> written(opened, failure));
            return opened;
        }
        if (open == null) {
            throw new StoreException("inbox " + file + " is not open");
        }
        return open;
    }

    /** Runs again if the transaction fails, with the same group. */
    private boolean write(Connection connection, Group group) throws SQLException {
        synchronized (this) {
            if (!group.closed) {
                group.closed = true;
                current = null;
                group.settled = deletable;
                group.drops = dropped;
                deletable = new ArrayList<>();
                dropped = new ArrayList<>();
            }
        }
        for (Backlog backlog : group.unnamed) {
            InboxRows.name(connection, backlog);
        }
        InboxRows.insert(
                connection, group.arrivals.stream().map(Arrival::message).toList());
        InboxRows.delete(connection, group.settled);
        for (Dropped drop : group.drops) {
            InboxRows.drop(connection, drop.backlog, drop.upTo);
        }
        return true;
    }

    private void written(Group group, @Nullable Throwable failure) {
        synchronized (this) {
            if (failure == null) {
                group.unnamed.forEach(Backlog::nameStored);
                group.settled.forEach(message -> message.backlog().deleted(1));
                for (Arrival arrival : group.arrivals) {
                    Backlog backlog = arrival.message.backlog();
                    backlog.stored(arrival.message, room(backlog) > 0);
                }
            } else {
                group.dead = true;
                if (current == group) {
                    current = null;
                }
                group.arrivals.forEach(arrival -> arrival.message.backlog().notStored(arrival.message));
                deletable.addAll(group.settled);
                dropped.addAll(group.drops);
            }
            notifyAll();
        }
        for (Arrival arrival : group.arrivals) {
            if (failure == null) {
                arrival.stored.complete(null);
            } else {
                arrival.stored.completeExceptionally(failure);
            }
        }
    }

    /** How much more of a feed may be in memory. */
    private long room(Backlog backlog) {
        long fair = Math.min(SHARE - backlog.weight(), MAX_IN_MEMORY - totals.weight());
        return Math.max(fair, LEAST - backlog.weight());
    }

    /**
     * What the draining thread does next: hand out, or read.
     *
     * @param reading what to read from the disk, or null
     */
    record Step(List<InboxMessage> offer, @Nullable Reading reading) {}

    /** A part of what is on disk, and how much of it there is room for. */
    record Reading(Backlog backlog, long after, long upTo, long room) {}

    /** Waits until there is something to do for the draining thread; null at the end. */
    synchronized @Nullable Step next() throws InterruptedException {
        while (!closing) {
            for (int i = 0; i < backlogs.size(); i++) {
                turn = (turn + 1) % backlogs.size();
                Step step = step(backlogs.get(turn));
                if (step != null) {
                    return step;
                }
            }
            long wait = IDLE_MILLIS;
            if (current == null && !(deletable.isEmpty() && dropped.isEmpty())) {
                wait = TimeUnit.NANOSECONDS.toMillis(deleteAt - System.nanoTime());
                if (wait <= 0 || !dropped.isEmpty() || backlogs.stream().anyMatch(Backlog::rewinding)) {
                    group();
                    wait = IDLE_MILLIS;
                }
            }
            wait(wait);
        }
        return null;
    }

    private @Nullable Step step(Backlog backlog) {
        if (backlog.count() == 0) {
            return null;
        }
        int width = outlet.width(backlog.trigger());
        if (width == Outlet.GONE) {
            drop(backlog);
            return null;
        }
        if (width == Outlet.NOT_NOW) {
            backlog.unload();
            return null;
        }
        if (backlog.rewinding() && !backlog.rewind()) {
            return null;
        }
        if (backlog.ready() > 0) {
            int more = Math.min(OFFER, width - backlog.offered());
            return more > 0 ? new Step(backlog.offer(more), null) : null;
        }
        long room = Math.min(PAGE, room(backlog));
        return backlog.behind() && room > 0
                ? new Step(List.of(), new Reading(backlog, backlog.loaded(), backlog.committed(), room))
                : null;
    }

    synchronized void read(Reading reading, InboxRows.Page page) {
        reading.backlog.read(reading.after, page.messages(), page.upTo());
    }
}
