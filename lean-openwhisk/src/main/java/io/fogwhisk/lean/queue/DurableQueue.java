package io.fogwhisk.lean.queue;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.ActivationId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue in {@code queue.db}, which also holds the activation records. Callers' invocations are gathered and written
 * by one committer; entries stay in memory up to a bound, and the others are read again, in order, when there is room.
 *
 * <p>When full it refuses; when the disk fails, accepting is unavailable and completing fails, and both work again when
 * the disk does.
 */
public final class DurableQueue implements InvocationQueue, Service {

    private static final Logger LOG = LoggerFactory.getLogger(DurableQueue.class);
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(40);
    private static final int READ_CHUNK = 1_000;

    private final QueueSettings settings;
    private final Metrics metrics;
    private final Clock clock;
    private final QueueStatements statements = new QueueStatements();
    private final AtomicInteger depth = new AtomicInteger();
    private final ReadyEntries ready;

    // Its lock guards the order of stamps and places too.
    private final Gathering<Arrival> arrivals = new Gathering<>(this::insert, this::inserted);
    private final Gathering<Completion> completions = new Gathering<>(statements::complete, this::completed);
    private final Stamps stamps;
    private long lastSeq;
    private int arrivingWeight;
    // Those that ran before they were kept count down, so that this life never reads them.
    private long lastKept = -1;

    // What the file held when it was opened; written once, before any entry is taken.
    private long foundUpTo;
    private long keptFrom = -1;
    private boolean closedBefore = true;

    private volatile boolean closing;
    private @Nullable GroupCommitter committer;
    private @Nullable Connection reader;
    private @Nullable ActivationLog log;

    /** A queue; {@link #start} opens the file. */
    public DurableQueue(QueueSettings settings, Metrics metrics, Clock clock) {
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.stamps = new Stamps(clock);
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
            stamps.startAfter(found.lastNanos());
            lastSeq = Math.max(0, found.lastSeq());
            foundUpTo = lastSeq;
            keptFrom = Math.min(0, found.firstSeq()) - 1;
            lastKept = keptFrom + 1;
            closedBefore = found.closed();
            ready.startWith(found.entries() == 0 ? lastSeq : keptFrom, lastSeq);
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
        GroupCommitter started = new GroupCommitter(settings.owner() + "-queue", database, settings.pace(), 64);
        ActivationLog records = new ActivationLog(database, started, settings, clock);
        records.start();
        log = records;
        started.start();
        committer = started;
        write(writing -> QueueStatements.closed(writing, false), started);
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

    /** Whether it is open, and its file not lost. */
    public boolean isWritable() {
        GroupCommitter writer = committer;
        return writer != null && !writer.isEnded();
    }

    @Override
    public CompletionStage<Outcome> accept(Invocation invocation, Consumer<Stamp> stamped) {
        GroupCommitter writer = committer;
        if (writer == null || closing) {
            return unavailable("OpenWhisk " + settings.owner() + " is not running");
        }
        if (depth.incrementAndGet() > settings.maxQueued()) {
            depth.decrementAndGet();
            return full(
                    "the queue of OpenWhisk " + settings.owner() + " is full (" + settings.maxQueued() + " entries)");
        }
        // Made here, on the caller's thread, so that the committer's only writes.
        invocation.payload().text();
        CompletableFuture<Outcome> accepted = new CompletableFuture<>();
        boolean submit;
        synchronized (arrivals) {
            if (arrivingWeight >= settings.maxInMemory()) {
                depth.decrementAndGet();
                return full("the queue of OpenWhisk " + settings.owner()
                        + " does not keep up: too many invocations wait for the disk");
            }
            Stamp stamp = stamps.next();
            stamped.accept(stamp);
            lastSeq++;
            submit = arrive(new Arrival(new Entry(lastSeq, stamp, invocation), null, accepted));
        }
        if (submit) {
            arrivals.submit(writer);
        }
        return accepted;
    }

    private boolean arrive(Arrival arrival) {
        arrivingWeight += arrival.entry().weight();
        return arrivals.add(arrival);
    }

    @Override
    public Entry unqueued(Invocation invocation) {
        synchronized (arrivals) {
            return new Entry(Entry.UNQUEUED, stamps.next(), invocation);
        }
    }

    @Override
    public CompletionStage<Entry> keep(Entry unqueued) {
        unqueued.invocation().payload().text();
        CompletableFuture<Outcome> accepted = new CompletableFuture<>();
        Entry kept;
        boolean submit;
        GroupCommitter writer = writer();
        synchronized (arrivals) {
            lastKept--;
            kept = new Entry(lastKept, unqueued.stamp(), unqueued.invocation());
            submit = arrive(new Arrival(kept, null, accepted));
        }
        depth.incrementAndGet();
        if (submit) {
            arrivals.submit(writer);
        }
        writer.hurry();
        return accepted.thenApply(outcome -> {
            if (outcome instanceof Outcome.Unavailable unavailable) {
                throw new StoreException(unavailable.message());
            }
            return kept;
        });
    }

    @Override
    public CompletionStage<Void> split(Entry entry, List<Finished> records, List<Entry> parts) {
        Completion completion = Completion.of(entry, records);
        GroupCommitter writer = writer();
        boolean submit = false;
        // The first carries what it replaces: all go in one group, so in one transaction.
        @Nullable Completion replaced = completion;
        synchronized (arrivals) {
            for (Entry part : parts) {
                lastSeq++;
                Entry queued = new Entry(lastSeq, part.stamp(), part.invocation());
                submit |= arrive(new Arrival(queued, replaced, new CompletableFuture<>()));
                replaced = null;
            }
        }
        depth.addAndGet(parts.size());
        if (submit) {
            arrivals.submit(writer);
        }
        return completion.stored();
    }

    @Override
    public void wake() {
        ready.wake();
    }

    @Override
    public void setAside(Entry entry) {
        ready.completed(entry.weight());
    }

    @Override
    public List<Entry> takeAgain(long[] seqs) {
        Connection connection = reader;
        if (connection == null) {
            return List.of();
        }
        try {
            List<Entry> entries = QueueStatements.read(connection, seqs);
            ready.takenAgain(Entry.weight(entries));
            return entries;
        } catch (SQLException e) {
            throw new StoreException("cannot read database " + settings.file() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean suspect(Entry entry) {
        return !closedBefore && entry.queued() && entry.seq() <= foundUpTo;
    }

    @Override
    public boolean acceptedNow(Entry entry) {
        return entry.seq() > foundUpTo && entry.invocation().origin().cause().isEmpty();
    }

    @Override
    public void attempt(List<Entry> entries) {
        write(connection -> QueueStatements.attempt(connection, entries), writer());
    }

    private GroupCommitter writer() {
        GroupCommitter writer = committer;
        if (writer == null) {
            throw new StoreException("the queue of OpenWhisk " + settings.owner() + " is not running");
        }
        return writer;
    }

    /** Statements that nobody gets a result of. */
    @FunctionalInterface
    private interface Statements {
        void run(Connection connection) throws SQLException;
    }

    private void write(Statements statementsToRun, GroupCommitter writer) {
        CompletionStage<Boolean> written = writer.submit(connection -> {
            statementsToRun.run(connection);
            return true;
        });
        writer.hurry();
        try {
            written.toCompletableFuture().get(WRITE_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StoreException("cannot write to database " + settings.file() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while writing to database " + settings.file(), e);
        }
    }

    @Override
    public List<Entry> take(int max, Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            fillGap();
            List<Entry> taken = ready.take(max, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (!taken.isEmpty() || System.nanoTime() - end >= 0 || ready.gap() == null) {
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
                ready.fill(gap, QueueStatements.readGap(connection, gap.after(), gap.upTo(), room));
            } catch (SQLException e) {
                throw new StoreException("cannot read database " + settings.file() + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public CompletionStage<Void> complete(Entry entry, List<Finished> activations, boolean urgent) {
        if (!entry.queued() && activations.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        Completion completion = Completion.of(entry, activations);
        GroupCommitter writer = committer;
        if (writer == null) {
            return CompletableFuture.failedFuture(
                    new StoreException("the queue of OpenWhisk " + settings.owner() + " is not running"));
        }
        if (completions.add(completion)) {
            completions.submit(writer);
        }
        if (urgent) {
            writer.hurry();
        }
        return completion.stored();
    }

    /** Writes what was handed over, and closes the file. What is not completed stays in it for the next start. */
    @Override
    public void close() {
        closing = true;
        if (committer != null) {
            try {
                write(connection -> QueueStatements.closed(connection, true), committer);
            } catch (StoreException e) {
                LOG.atWarn().addKeyValue("error", e.getMessage()).log("end of the queue not noted");
            }
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

    private CompletionStage<Outcome> full(String message) {
        metrics.count(Meter.LEAN_REFUSED);
        return CompletableFuture.completedFuture(new Outcome.Unavailable(Outcome.TOO_MANY_REQUESTS, message));
    }

    /**
     * An entry to be written.
     *
     * @param replaces what is completed in the same transaction, or null
     */
    private record Arrival(Entry entry, @Nullable Completion replaces, CompletableFuture<Outcome> accepted) {}

    private void insert(Connection connection, List<Arrival> group) throws SQLException {
        statements.insert(connection, group.stream().map(Arrival::entry).toList());
        List<Completion> replaced = replaced(group);
        if (!replaced.isEmpty()) {
            statements.complete(connection, replaced);
        }
    }

    private void inserted(List<Arrival> group, @Nullable Throwable failure) {
        synchronized (arrivals) {
            group.forEach(arrival -> arrivingWeight -= arrival.entry().weight());
        }
        if (failure != null) {
            depth.addAndGet(-group.size());
            Outcome outcome = new Outcome.Unavailable(
                    "OpenWhisk " + settings.owner() + " cannot store invocations: " + failure.getMessage());
            group.forEach(arrival -> arrival.accepted().complete(outcome));
            replaced(group).forEach(completion -> completion.stored().completeExceptionally(failure));
            return;
        }
        stored(replaced(group));
        List<Entry> toRun = new ArrayList<>(group.size());
        for (Arrival arrival : group) {
            if (arrival.entry().seq() > 0) {
                toRun.add(arrival.entry());
            }
        }
        ready.committed(toRun);
        for (Arrival arrival : group) {
            ActivationId id = arrival.entry().stamp().id(0);
            arrival.accepted().complete(new Outcome.Accepted(Optional.of(id)));
        }
        metrics.count(Meter.LEAN_ACCEPTED, group.size());
    }

    private static List<Completion> replaced(List<Arrival> group) {
        List<Completion> replaced = new ArrayList<>();
        for (Arrival arrival : group) {
            if (arrival.replaces() != null) {
                replaced.add(arrival.replaces());
            }
        }
        return replaced;
    }

    private void completed(List<Completion> group, @Nullable Throwable failure) {
        if (failure == null) {
            stored(group);
        } else {
            group.forEach(completion -> completion.stored().completeExceptionally(failure));
        }
    }

    /** Counts what is now done. */
    private void stored(List<Completion> done) {
        int records = 0;
        long bytes = 0;
        int removed = 0;
        int held = 0;
        for (Completion completion : done) {
            records += completion.rows().size();
            for (Completion.Row row : completion.rows()) {
                bytes += row.size();
            }
            if (completion.entry().queued()) {
                removed++;
                held += completion.entry().seq() > keptFrom ? completion.entry().weight() : 0;
            }
        }
        if (!done.isEmpty()) {
            metrics.count(Meter.LEAN_ACTIVATIONS, records);
            activations().added(records, bytes);
            depth.addAndGet(-removed);
            ready.completed(held);
            done.forEach(completion -> completion.stored().complete(null));
        }
    }
}
