package io.fogwhisk.feed.inbox;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.feed.inbox.InboxGroup.Arrival;
import io.fogwhisk.feed.inbox.InboxGroup.Leaving;
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
    private static final long TIDY_NANOS = 100_000_000;
    private static final Duration PACE = Duration.ofMillis(1);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final Path file;
    private final Outlet outlet;
    private final String name;
    private final Thread thread;
    // All below is guarded by this, but for what start sets.
    private final Map<QualifiedName, Backlog> byTrigger = new HashMap<>();
    private final List<Backlog> backlogs = new ArrayList<>();
    private final Backlog.Memory memory = new Backlog.Memory();
    private final Shares shares;
    private Leaving leaving = new Leaving();
    private @Nullable InboxGroup current;
    private int lastId;
    private int awaiting;
    private long freed;
    private long tidied = System.nanoTime();
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
        shares = new Shares(maxMessages, maxBytes);
        thread = NamedThreads.single(name).newThread(() -> new InboxDrain(this, outlet, database()).run());
    }

    /**
     * How an inbox is.
     *
     * @param messages not settled yet
     * @param bytes of them, about
     * @param full the namespaces that hold so much that no further message is taken from their brokers until some are
     *     settled
     * @param inMemory how many of them, about, are in memory; a large one counts as several
     * @param dropped messages since the start whose feed was deleted before they were settled
     */
    public record State(long messages, long bytes, List<String> full, long inMemory, long dropped) {
        /** Copies the list. */
        public State {
            full = List.copyOf(full);
        }
    }

    private synchronized Database database() {
        return Objects.requireNonNull(database, "started without a database");
    }

    /** Opens the file and begins to hand out what it holds. */
    @Override
    public void start() {
        Database opened = Database.open(file, InboxRows.MIGRATIONS);
        InboxSpace.prepare(opened);
        try (Connection connection = opened.openReader()) {
            synchronized (this) {
                InboxRows.backlogs(connection, shares, memory).forEach(this::know);
                backlogs.stream()
                        .filter(backlog -> outlet.width(backlog.trigger()) == Outlet.GONE)
                        .forEach(Backlog::abandon);
                freed = InboxSpace.free(connection);
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
        lastId = Math.max(lastId, backlog.id());
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
                backlog = know(new Backlog(lastId + 1, trigger, shares.join(trigger.namespace()), memory));
            }
            InboxMessage arrival = new InboxMessage(this, backlog, backlog.nextSeq(), message);
            backlog.arrived(arrival);
            InboxGroup group = group();
            if (group.dead()) {
                backlog.notStored(arrival);
                stored.completeExceptionally(new StoreException("inbox " + file + " cannot be written"));
                return stored;
            }
            group.add(new Arrival(arrival, stored));
        }
        return stored;
    }

    /** Waits for room for a namespace; true if there is some. */
    public synchronized boolean awaitRoom(String namespace, Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        long left = wait.toMillis();
        awaiting++;
        try {
            while (shares.full(namespace) && !closing && left > 0) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            }
        } finally {
            awaiting--;
        }
        return !shares.full(namespace) && !closing;
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

    /** Whether it is open, and its file not lost. */
    public synchronized boolean isWritable() {
        return committer != null && !committer.isEnded();
    }

    /** How it is. */
    public synchronized State state() {
        return new State(shares.messages(), shares.bytes(), shares.full(), memory.weight(), droppedCount);
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
                if (!leaving.isEmpty()) {
                    group();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.close();
    }

    synchronized boolean wants(InboxMessage message) {
        return message.backlog().wants(message);
    }

    synchronized void done(InboxMessage message) {
        Backlog backlog = message.backlog();
        backlog.settled(message);
        deletable(message);
        if (awaiting > 0 || closing || backlog.ready() > 0 || backlog.behind() || backlog.rewinding()) {
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
        freed += message.bytes();
        if (leaving.settle(message)) {
            notifyAll();
        }
    }

    private void drop(Backlog backlog) {
        long bytes = shares.bytes();
        long gone = backlog.drop();
        backlog.abandon();
        freed += bytes - shares.bytes();
        notifyAll();
        if (gone > 0) {
            droppedCount += gone;
            leaving.drop(backlog);
            LOG.atInfo()
                    .addKeyValue("trigger", backlog.trigger())
                    .addKeyValue("messages", gone)
                    .log("messages of a deleted feed dropped");
        }
    }

    /** The group that is open, on its way to the disk. */
    private InboxGroup group() {
        InboxGroup open = current;
        GroupCommitter writer = committer;
        if (open == null && writer != null) {
            InboxGroup opened = new InboxGroup();
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
    private boolean write(Connection connection, InboxGroup group) throws SQLException {
        synchronized (this) {
            if (group.close(leaving)) {
                current = null;
                leaving = new Leaving();
            }
        }
        group.write(connection);
        return true;
    }

    private void written(InboxGroup group, @Nullable Throwable failure) {
        synchronized (this) {
            if (failure == null) {
                group.written();
                for (Arrival arrival : group.arrivals()) {
                    Backlog backlog = arrival.message().backlog();
                    backlog.stored(arrival.message(), room(backlog) > 0);
                }
            } else {
                if (current == group) {
                    current = null;
                }
                group.failed();
                leaving.addAll(group.leaving());
            }
            notifyAll();
        }
        group.tell(failure);
    }

    /** How much more of a feed may be in memory. */
    private long room(Backlog backlog) {
        long fair = Math.min(SHARE - backlog.weight(), MAX_IN_MEMORY - memory.weight());
        return Math.max(fair, LEAST - backlog.weight());
    }

    /**
     * What the draining thread does next: hand out, read, or else see whether the file is larger than it need be.
     *
     * @param reading what to read from the disk, or null
     * @param tidy whether to look at the file
     */
    record Step(List<InboxMessage> offer, @Nullable Reading reading, boolean tidy) {}

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
            backlogs.removeIf(this::forget);
            if (spare() && System.nanoTime() - tidied > TIDY_NANOS) {
                tidied = System.nanoTime();
                freed = 0;
                return new Step(List.of(), null, true);
            }
            long wait = IDLE_MILLIS;
            if (current == null && !leaving.isEmpty()) {
                wait = leaving.waitMillis(backlogs.stream().anyMatch(Backlog::rewinding));
                if (wait == 0) {
                    group();
                    wait = IDLE_MILLIS;
                }
            }
            wait(wait);
        }
        return null;
    }

    private boolean spare() {
        return freed > InboxSpace.SPARE_BYTES && shares.bytes() < freed / 2;
    }

    /** Has the file become smaller with the next commit, and looks again after that. */
    void shrink(long free) {
        GroupCommitter writer;
        synchronized (this) {
            writer = committer;
        }
        if (writer != null && free > InboxSpace.SPARE_BYTES) {
            writer.submit(InboxSpace::shrink).whenComplete((done, failure) -> {
                synchronized (this) {
                    freed += Boolean.TRUE.equals(done) ? free : 0;
                }
            });
        }
    }

    /** Forgets a backlog if its feed is gone and nothing is left of it. */
    private boolean forget(Backlog backlog) {
        if (!backlog.over()) {
            return false;
        }
        byTrigger.remove(backlog.trigger());
        backlog.leave();
        leaving.forget(backlog);
        return true;
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
            return more > 0 ? new Step(backlog.offer(more), null, false) : null;
        }
        long room = Math.min(PAGE, room(backlog));
        return backlog.behind() && room > 0
                ? new Step(List.of(), new Reading(backlog, backlog.loaded(), backlog.committed(), room), false)
                : null;
    }

    synchronized void read(Reading reading, InboxRows.Page page) {
        reading.backlog.read(reading.after, page.messages(), page.upTo());
    }
}
