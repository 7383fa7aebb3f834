package io.fogwhisk.lean.couch;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.lifecycle.Worker;
import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.GroupCommitter;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.wsk.EntityListing.Registration;
import io.fogwhisk.wsk.catalog.DocumentSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the documents of some sources revisions and an order of changes, durably in {@code catalog.db}, which has one row
 * per document. What changed it finds by comparing a source's snapshot with what it knows, whenever the source says that
 * something changed; so a change while it was off, or before a crash, is found as well.
 *
 * <p>Life cycle: {@link #start} reads the file and compares all documents; the sources must be started before.
 * {@link #close} keeps what was found.
 *
 * <p>Threads: one of its own compares, another commits. A document that its source can't write out is tried again, and
 * stays as it was until then; a disk that takes nothing delays the changes.
 */
public final class DocumentLog implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(DocumentLog.class);

    /** Changes that come together are compared together. */
    private static final Duration GATHER = Duration.ofMillis(10);

    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(40);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final Backoff AGAIN = Backoff.between(Duration.ofMillis(500), Duration.ofSeconds(30));
    private static final int MAX_WAITING_WRITES = 1_000;
    private static final int ROWS_PER_COMMIT = 500;
    private static final int EPOCH_LENGTH = 8;

    private final String name;
    private final Path file;
    private final Map<String, DocumentSource> sources;
    private final Duration pace;
    private final Worker worker;
    private final List<Registration> registrations = new ArrayList<>();
    private final CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    // These three are guarded by the worker's lock.
    private final Set<String> dirty = new TreeSet<>();
    private final Map<String, Set<String>> unreadable = new HashMap<>();
    private final Map<String, Retry> retries = new HashMap<>();
    // Of the thread that compares: what it has warned of.
    private final Set<String> leftOut = new HashSet<>();
    private volatile @Nullable Opened opened;

    /**
     * A log; nothing is opened yet.
     *
     * @param name of the centre; in the threads' names
     * @param databases by the names that clients see
     * @param pace the shortest time between two commits
     */
    public DocumentLog(String name, Path file, Map<String, DocumentSource> databases, Duration pace) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.file = Objects.requireNonNull(file, "file is null");
        this.sources = new LinkedHashMap<>(databases);
        this.pace = Objects.requireNonNull(pace, "pace is null");
        this.worker = new Worker(name + "-catalogue-log", this::run);
    }

    /** What there is after the start. */
    private record Opened(
            String uuid,
            long since,
            Map<String, LoggedDatabase> databases,
            GroupCommitter committer,
            LocalDocuments locals) {}

    /** When a source is looked at again that could not be read, and how often that was. */
    private record Retry(int failures, long at) {}

    /**
     * Reads the file and brings it up to date.
     *
     * @throws StoreException if the file can't be read or written
     */
    @Override
    public void start() {
        Database database = LogFile.open(file);
        String uuid = LogFile.uuid(database);
        String epoch = uuid.substring(0, EPOCH_LENGTH);
        GroupCommitter committer = new GroupCommitter(name + "-catalogue", database, pace, MAX_WAITING_WRITES);
        Map<String, LoggedDatabase> databases = new LinkedHashMap<>();
        sources.forEach((each, source) -> {
            LoggedDatabase logged = new LoggedDatabase(each, epoch, source);
            logged.apply(LogFile.documents(database, each));
            databases.put(each, logged);
        });
        LocalDocuments locals = new LocalDocuments(committer, LocalDocuments.read(database));
        committer.start();
        long since = ChronoUnit.MICROS.between(Instant.EPOCH, Clock.systemUTC().instant());
        opened = new Opened(uuid, since, databases, committer, locals);
        for (LoggedDatabase each : databases.values()) {
            registrations.add(each.source().onChange(() -> look(each.name())));
            compare(each);
        }
        worker.start();
    }

    /** What the sites said of themselves last, in the order of their ids. */
    public List<SiteReport> reports() {
        return locals().reports();
    }

    /**
     * What the sites said of themselves last, read from the file of a log that may be open in another process.
     *
     * @throws StoreException if there is no such file, or it can't be read
     */
    public static List<SiteReport> reports(Path file) {
        if (!Files.exists(file)) {
            throw new StoreException("there is no " + file + ": no catalogue was served from this folder");
        }
        return LocalDocuments.reports(LocalDocuments.read(LogFile.open(file)));
    }

    @Override
    public void close() {
        registrations.forEach(Registration::close);
        registrations.clear();
        worker.stop();
        worker.join(CLOSE_LIMIT);
        Opened open = opened;
        if (open != null) {
            open.committer().close();
        }
    }

    /** A name of this log that no other has: 32 hexadecimal digits. */
    String uuid() {
        return now().uuid();
    }

    /** When it was started, in microseconds since 1970; no two starts have the same. */
    long startedAt() {
        return now().since();
    }

    Collection<LoggedDatabase> databases() {
        return now().databases().values();
    }

    Optional<LoggedDatabase> database(String database) {
        return Optional.ofNullable(now().databases().get(database));
    }

    LocalDocuments locals() {
        return now().locals();
    }

    /** Calls a listener, which must not block, with the name of a database that changed. */
    Registration onChange(Consumer<String> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Somebody could not be given a document and was told nothing: it gets a new place in the order when it can be. */
    void unreadable(String database, String id) {
        boolean unused = worker.give(() -> {
            unreadable.computeIfAbsent(database, each -> new HashSet<>()).add(id);
            dirty.add(database);
        });
    }

    private Opened now() {
        Opened open = opened;
        if (open == null) {
            throw new StoreException("the log of the catalogue " + name + " is not started");
        }
        return open;
    }

    private void look(String database) {
        boolean unused = worker.give(() -> dirty.add(database));
    }

    private void run() throws InterruptedException {
        while (worker.take(this::isDue, () -> {})) {
            worker.pause(GATHER);
            Set<String> due = new TreeSet<>();
            boolean unused = worker.take(() -> true, () -> {
                due.addAll(dirty);
                dirty.clear();
                long now = System.nanoTime();
                retries.forEach((each, retry) -> {
                    if (now - retry.at() >= 0) {
                        due.add(each);
                    }
                });
            });
            for (String each : due) {
                compare(Objects.requireNonNull(now().databases().get(each)));
            }
        }
    }

    private boolean isDue() {
        long now = System.nanoTime();
        return !dirty.isEmpty() || retries.values().stream().anyMatch(retry -> now - retry.at() >= 0);
    }

    private void compare(LoggedDatabase database) {
        Set<String> missed = new HashSet<>();
        boolean unused = worker.give(
                () -> missed.addAll(Objects.requireNonNullElse(unreadable.remove(database.name()), Set.<String>of())));
        Comparison comparison = new Comparison(database, missed);
        try {
            comparison.run();
        } catch (RuntimeException | OutOfMemoryError e) {
            // Nobody else would ever tell the sites what changes.
            LOG.atError()
                    .addKeyValue("database", database.name())
                    .addKeyValue("error", e)
                    .log("catalogue can't be brought up to date, it is tried again");
            comparison.failed = true;
        }
        boolean ignored = worker.give(() -> {
            if (!comparison.failed) {
                retries.remove(database.name());
                return;
            }
            unreadable.computeIfAbsent(database.name(), each -> new HashSet<>()).addAll(missed);
            Retry before = retries.get(database.name());
            int failures = before == null ? 1 : before.failures() + 1;
            Duration wait = AGAIN.after(failures, ThreadLocalRandom.current()::nextDouble);
            retries.put(database.name(), new Retry(failures, System.nanoTime() + wait.toNanos()));
        });
    }

    /** One look at a source. Used by one thread. */
    private final class Comparison {
        private final LoggedDatabase database;
        private final Set<String> missed;
        private final List<LogEntry> changes = new ArrayList<>();
        private boolean changed;
        private boolean failed;

        Comparison(LoggedDatabase database, Set<String> missed) {
            this.database = database;
            this.missed = missed;
        }

        void run() {
            Map<String, Object> documents = database.source().documents();
            for (LogEntry entry : database.all()) {
                if (!entry.deleted() && !documents.containsKey(entry.id())) {
                    byte[] gone = Revisions.digest("deleted");
                    add(entry.id(), entry.revisions().next(gone), gone, null);
                }
            }
            documents.forEach(this::look);
            commit();
            if (changed) {
                listeners.forEach(listener -> listener.accept(database.name()));
            }
        }

        private void look(String id, Object value) {
            LogEntry known = database.find(id);
            LogEntry live = known == null || known.deleted() ? null : known;
            if (live != null && value.equals(live.value()) && !missed.contains(id)) {
                return;
            }
            if (id.startsWith("_")) {
                // CouchDB's clients take such an id for one of their own.
                if (leftOut.add(database.name() + "/" + id)) {
                    LOG.atWarn()
                            .addKeyValue("database", database.name())
                            .addKeyValue("id", id)
                            .log("a name that begins with _ can't be in a catalogue");
                }
                return;
            }
            byte[] digest;
            try {
                digest = DocumentWriter.digest(database.source().render(id, value, ""));
            } catch (RuntimeException e) {
                // It may have changed meanwhile, and then the source says so.
                LOG.atDebug()
                        .addKeyValue("database", database.name())
                        .addKeyValue("id", id)
                        .addKeyValue("error", e.getMessage())
                        .log("document can't be read");
                failed = true;
                return;
            }
            if (live == null || !Arrays.equals(digest, live.digest())) {
                Revisions next = known == null
                        ? Revisions.first(digest)
                        : known.revisions().next(digest);
                add(id, next, digest, value);
            } else if (missed.contains(id)) {
                add(id, live.revisions(), digest, value);
            } else {
                database.refresh(live.with(value));
            }
            missed.remove(id);
        }

        private void add(String id, Revisions revisions, byte[] digest, @Nullable Object value) {
            long seq = database.totals().last() + changes.size() + 1;
            changes.add(new LogEntry(id, seq, revisions, digest, value == null, value));
            if (changes.size() == ROWS_PER_COMMIT) {
                commit();
            }
        }

        private void commit() {
            if (changes.isEmpty()) {
                return;
            }
            List<LogEntry> some = List.copyOf(changes);
            await(now().committer()
                    .submit(connection -> LogFile.put(connection, database.name(), some))
                    .toCompletableFuture());
            database.apply(some);
            changes.clear();
            changed = true;
        }

        /** As long as it takes: what may still be written has its numbers, and nothing else may get them. */
        private void await(Future<Boolean> commit) {
            while (true) {
                try {
                    boolean unused = commit.get(COMMIT_LIMIT.toSeconds(), TimeUnit.SECONDS);
                    return;
                } catch (ExecutionException e) {
                    throw new StoreException("cannot write " + file + ": " + e.getCause(), e);
                } catch (TimeoutException e) {
                    LOG.atError()
                            .addKeyValue("file", file)
                            .addKeyValue("seconds", COMMIT_LIMIT.toSeconds())
                            .log("catalogue is not written yet: its disk is too slow");
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new StoreException("interrupted while writing " + file, e);
                }
            }
        }
    }
}
