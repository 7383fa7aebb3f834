package io.fogwhisk.lean.queue;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.wsk.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The queue in {@code queue.db}, which also holds the activation records. Callers' invocations are gathered and written
 * by one committer; entries stay in memory up to a bound, and the others are read again, in order, when there is room.
 *
 * <p>When full it refuses; when the disk fails, accepting is unavailable and completing fails, and both work again when
 * the disk does.
 */
public final class DurableQueue implements InvocationQueue, Service {

    private static final int READ_CHUNK = 1_000;
    private static final long RANDOM_MASK = (1L << 48) - 1;

    private final QueueSettings settings;
    private final Metrics metrics;
    private final Clock clock;
    private final QueueStatements statements = new QueueStatements();
    private final AtomicInteger depth = new AtomicInteger();
    private final ReadyEntries ready;

    // Guards what waits to be written, and the order of stamps and places.
    private final Object arriving = new Object();
    private List<Arrival> arrivals = new ArrayList<>();
    private boolean insertSubmitted;
    private long lastNanos;
    private long lastSeq;

    private final Object completing = new Object();
    private List<Completion> completions = new ArrayList<>();
    private boolean completeSubmitted;

    private volatile boolean closing;
    private @Nullable GroupCommitter committer;
    private @Nullable Connection reader;
    private @Nullable ActivationLog log;

    /** A queue; {@link #start} opens the file. */
    public DurableQueue(QueueSettings settings, Metrics metrics, Clock clock) {
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.ready = new ReadyEntries(settings.maxInMemory());
    }

    @Override
    public void start() {
        Database database = Database.open(settings.file(), QueueStatements.MIGRATIONS);
        Connection connection = database.openReader();
        reader = connection;
        try {
            QueueStatements.Found found = QueueStatements.Found.in(connection);
            depth.set(found.entries());
            lastNanos = found.lastNanos();
            lastSeq = found.lastSeq();
            ready.startWith(found.lastSeq());
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
        GroupCommitter started = new GroupCommitter(settings.owner() + "-queue", database, settings.pace(), 64);
        ActivationLog records = new ActivationLog(database, started, settings, clock);
        records.start();
        log = records;
        started.start();
        committer = started;
    }

    /** The activation records in the same file. */
    public ActivationLog activations() {
        ActivationLog records = log;
        if (records == null) {
            throw new StoreException("the queue of OpenWhisk " + settings.owner() + " is not started");
        }
        return records;
    }

    @Override
    public int depth() {
        return depth.get();
    }

    @Override
    public CompletionStage<Outcome> accept(Invocation invocation, Consumer<Stamp> stamped) {
        GroupCommitter writer = committer;
        if (writer == null || closing) {
            return unavailable("OpenWhisk " + settings.owner() + " is not running");
        }
        if (depth.incrementAndGet() > settings.maxQueued()) {
            depth.decrementAndGet();
            metrics.count(Meter.LEAN_REFUSED);
            return unavailable(
                    "the queue of OpenWhisk " + settings.owner() + " is full (" + settings.maxQueued() + " entries)");
        }
        // Made here, on the caller's thread, so that the committer's only writes.
        invocation.payload().text();
        CompletableFuture<Outcome> accepted = new CompletableFuture<>();
        boolean submit;
        synchronized (arriving) {
            if (arrivals.size() >= settings.maxInMemory()) {
                depth.decrementAndGet();
                metrics.count(Meter.LEAN_REFUSED);
                return unavailable("the queue of OpenWhisk " + settings.owner() + " does not keep up: "
                        + arrivals.size() + " invocations wait for the disk");
            }
            Instant now = clock.instant();
            lastNanos = Math.max(lastNanos + 1, now.getEpochSecond() * 1_000_000_000 + now.getNano());
            lastSeq++;
            Stamp stamp = new Stamp(lastNanos, ThreadLocalRandom.current().nextLong() & RANDOM_MASK);
            stamped.accept(stamp);
            arrivals.add(new Arrival(new Entry(lastSeq, stamp, invocation), accepted));
            submit = !insertSubmitted;
            insertSubmitted = true;
        }
        if (submit) {
            Insert insert = new Insert();
            writer.submit(insert).whenComplete((done, failure) -> insert.finish(failure));
        }
        return accepted;
    }

    @Override
    public List<Entry> take(int max, Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            fillGap();
            List<Entry> taken = ready.take(max, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (!taken.isEmpty() || System.nanoTime() - end >= 0) {
                return taken;
            }
        }
    }

    private void fillGap() {
        ReadyEntries.Gap gap = ready.gap();
        Connection connection = reader;
        if (gap != null && connection != null) {
            try {
                int room = Math.min(READ_CHUNK, gap.room());
                ready.fill(gap, QueueStatements.read(connection, gap.after(), gap.upTo(), room));
            } catch (SQLException e) {
                throw new StoreException("cannot read database " + settings.file() + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public CompletionStage<Void> complete(Entry entry, List<Finished> activations) {
        Completion completion = Completion.of(entry, activations);
        GroupCommitter writer = committer;
        if (writer == null) {
            return CompletableFuture.failedFuture(
                    new StoreException("the queue of OpenWhisk " + settings.owner() + " is not running"));
        }
        boolean submit;
        synchronized (completing) {
            completions.add(completion);
            submit = !completeSubmitted;
            completeSubmitted = true;
        }
        if (submit) {
            Complete write = new Complete();
            writer.submit(write).whenComplete((done, failure) -> write.finish(failure));
        }
        return completion.stored();
    }

    /** Writes what was handed over, and closes the file. What is not completed stays in it for the next start. */
    @Override
    public void close() {
        closing = true;
        if (committer != null) {
            committer.close();
        }
        if (log != null) {
            log.close();
        }
        try {
            if (reader != null) {
                reader.close();
            }
        } catch (SQLException e) {
            throw new StoreException("cannot close database " + settings.file() + ": " + e.getMessage(), e);
        }
    }

    private static CompletionStage<Outcome> unavailable(String message) {
        return CompletableFuture.completedFuture(new Outcome.Unavailable(message));
    }

    private record Arrival(Entry entry, CompletableFuture<Outcome> accepted) {}

    /** One group of arrivals. May be applied a second time, alone, when the first transaction failed. */
    private final class Insert implements GroupCommitter.Write<Boolean> {
        private final List<Arrival> group = new ArrayList<>();

        @Override
        public Boolean apply(Connection connection) throws SQLException {
            gather();
            if (!group.isEmpty()) {
                statements.insert(connection, group.stream().map(Arrival::entry).toList());
            }
            return true;
        }

        void finish(@Nullable Throwable failure) {
            if (failure == null) {
                ready.committed(group.stream().map(Arrival::entry).toList());
                metrics.count(Meter.LEAN_ACCEPTED, group.size());
                for (Arrival arrival : group) {
                    arrival.accepted()
                            .complete(new Outcome.Accepted(
                                    Optional.of(arrival.entry().stamp().id(0))));
                }
                return;
            }
            gather();
            depth.addAndGet(-group.size());
            Outcome outcome = new Outcome.Unavailable(
                    "OpenWhisk " + settings.owner() + " cannot store invocations: " + failure.getMessage());
            group.forEach(arrival -> arrival.accepted().complete(outcome));
        }

        private void gather() {
            synchronized (arriving) {
                group.addAll(arrivals);
                arrivals = new ArrayList<>();
                insertSubmitted = false;
            }
        }
    }

    /** One group of completions. May be applied a second time, alone, when the first transaction failed. */
    private final class Complete implements GroupCommitter.Write<Boolean> {
        private final List<Completion> group = new ArrayList<>();

        @Override
        public Boolean apply(Connection connection) throws SQLException {
            gather();
            if (!group.isEmpty()) {
                statements.complete(connection, group);
            }
            return true;
        }

        void finish(@Nullable Throwable failure) {
            if (failure != null) {
                gather();
                group.forEach(completion -> completion.stored().completeExceptionally(failure));
                return;
            }
            int records = 0;
            for (Completion completion : group) {
                records += completion.rows().size();
            }
            metrics.count(Meter.LEAN_ACTIVATIONS, records);
            activations().added(records);
            depth.addAndGet(-group.size());
            ready.completed(group.size());
            group.forEach(completion -> completion.stored().complete(null));
        }

        private void gather() {
            synchronized (completing) {
                group.addAll(completions);
                completions = new ArrayList<>();
                completeSubmitted = false;
            }
        }
    }
}
