package io.fogwhisk.lean.follow;

import io.fogwhisk.base.lifecycle.Worker;
import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.lean.follow.CatalogClient.DatabaseInfo;
import io.fogwhisk.lean.follow.CatalogException.Reason;
import io.fogwhisk.lean.store.LeanException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the changes of one database for as long as it runs, whatever becomes of the catalogue. What it has is taken
 * away only when a database of that name says that it does not have it.
 *
 * <p>Threads: one of its own; {@link #retry} may be called by any.
 */
final class Follower {

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(10));
    /** Whoever knocks often with a wrong token is told to wait, and so are others of that address. */
    private static final Backoff LOCKED_OUT = new Backoff(Duration.ofMillis(6_500), Duration.ofSeconds(20), 2.0, 0.2);

    private static final Duration STEP = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final long RETRY_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long RETRY_SOON_NANOS = Duration.ofSeconds(1).toNanos();
    /** What could not be had may be long, so it is asked for less and less often. */
    private static final Backoff FETCH = Backoff.between(Duration.ofMinutes(1), Duration.ofHours(1));

    private static final int PAGE = 100;
    private static final int IDS = 1_000;

    private final DatabaseCopy copy;
    private final CatalogClient client;
    private final String filter;
    private final Runnable moved;
    private final Clock clock;
    private final Worker worker;
    private final AtomicBoolean retry = new AtomicBoolean(true);
    private long retriedAt = System.nanoTime() - RETRY_NANOS;
    private long fetchedAt = System.nanoTime();
    private int fetches;

    /**
     * A follower that is not started.
     *
     * @param site for the name of the thread
     * @param namespaces those that are followed: when they change, everything is told again
     * @param moved called after each step; must not block
     */
    Follower(
            String site, DatabaseCopy copy, CatalogClient client, Set<String> namespaces, Runnable moved, Clock clock) {
        this.copy = copy;
        this.client = client;
        this.filter = "|" + String.join(",", new TreeSet<>(namespaces));
        this.moved = moved;
        this.clock = clock;
        this.worker = new Worker(site + "-follow-" + copy.name(), this::run);
    }

    void start() {
        worker.start();
    }

    /** Tries what was refused again soon. */
    void retry() {
        retry.set(true);
    }

    void stop() {
        worker.stop();
    }

    void join() {
        worker.join(GRACE);
    }

    private void run() throws InterruptedException {
        int failures = 0;
        boolean lockedOut = false;
        while (!worker.isStopping()) {
            boolean wasLockedOut = lockedOut;
            lockedOut = false;
            try {
                connect();
                while (!worker.isStopping()) {
                    failures = 0;
                    step();
                    moved.run();
                }
            } catch (CatalogException e) {
                lockedOut = e.reason() == Reason.FORBIDDEN;
                failures = lockedOut == wasLockedOut ? failures + 1 : 1;
                failed(String.valueOf(e.getMessage()));
                if (!lockedOut) {
                    // The report would need the credentials, too.
                    moved.run();
                }
            } catch (StoreException | LeanException e) {
                failures++;
                failed(String.valueOf(e.getMessage()));
                moved.run();
            } catch (RuntimeException | Error e) {
                // Whatever it is, a site that silently follows no more is worse.
                failures++;
                LOG.atError().setCause(e).addKeyValue("database", copy.name()).log("following failed");
                failed(String.valueOf(e));
                moved.run();
            }
            if (failures > 0) {
                Backoff backoff = lockedOut ? LOCKED_OUT : BACKOFF;
                pause(backoff.after(failures, ThreadLocalRandom.current()::nextDouble));
            }
        }
    }

    /** Waits, and tries meanwhile what was refused. */
    private void pause(Duration wait) throws InterruptedException {
        Duration left = wait;
        while (left.compareTo(Duration.ZERO) > 0 && !worker.isStopping()) {
            tryRefused();
            worker.pause(left.compareTo(STEP) < 0 ? left : STEP);
            left = left.minus(STEP);
        }
    }

    /** Makes sure that the database is the one that was followed, and takes what changed meanwhile. */
    private void connect() throws InterruptedException {
        boolean wasAway = copy.position().error().isPresent();
        if (!compareIfOther(false)) {
            while (!worker.isStopping()) {
                Row.Page page = next(false);
                take(page);
                if (page.rows().size() < PAGE) {
                    break;
                }
            }
            if (!compareIfOther(true)) {
                fetchForgotten();
            }
        }
        if (wasAway) {
            LOG.atInfo().addKeyValue("database", copy.name()).log("following the catalogue again");
        }
        copy.write(position -> position.answered(clock.instant()));
        moved.run();
    }

    private void step() throws InterruptedException {
        Row.Page page = next(true);
        if (worker.isStopping()) {
            return;
        }
        answered();
        if (page.rows().isEmpty()) {
            if (!compareIfOther(true)) {
                fetchForgotten();
            }
            copy.write(position -> position.answered(clock.instant()));
        }
        take(page);
    }

    /** The next changes; with one among them that can't be read they come without documents, to be had one by one. */
    private Row.Page next(boolean wait) throws InterruptedException {
        String since = copy.position().revision();
        try {
            return wait
                    ? client.poll(copy.remote(), since, PAGE, this::meanwhile)
                    : client.changes(copy.remote(), since, PAGE, true);
        } catch (CatalogException e) {
            if (e.reason() != Reason.UNREADABLE) {
                throw e;
            }
            return client.changes(copy.remote(), since, PAGE, false);
        }
    }

    private void take(Row.Page page) throws InterruptedException {
        if (!page.rows().isEmpty()) {
            copy.apply(page.rows(), position -> position.applied(page.last(), copy.now(), page.pending()));
            moved.run();
        }
    }

    /** Gets what is here without its revision: what could not be had before, or is not here as it should be. */
    private void fetchForgotten() throws InterruptedException {
        List<String> forgotten = copy.forgotten();
        if (forgotten.isEmpty()) {
            fetches = 0;
            return;
        }
        if (fetches > 0
                && System.nanoTime() - fetchedAt < FETCH.after(fetches, () -> 1).toNanos()) {
            return;
        }
        fetches++;
        fetchedAt = System.nanoTime();
        for (int from = 0; from < forgotten.size() && !worker.isStopping(); from += PAGE) {
            List<Row> rows = forgotten.subList(from, Math.min(forgotten.size(), from + PAGE)).stream()
                    .map(id -> new Row(id, "", false, Optional.empty(), Optional.empty()))
                    .toList();
            copy.apply(rows, position -> position);
        }
    }

    private boolean meanwhile() {
        tryRefused();
        return !worker.isStopping();
    }

    private void tryRefused() {
        long since = System.nanoTime() - retriedAt;
        if (!copy.hasRefused() || since < RETRY_SOON_NANOS) {
            return;
        }
        if (retry.getAndSet(false) || since > RETRY_NANOS) {
            retriedAt = System.nanoTime();
            try {
                copy.retry();
            } catch (StoreException | LeanException e) {
                retry.set(true);
                LOG.atDebug().addKeyValue("error", e.getMessage()).log("refused documents not tried again");
            } catch (RuntimeException e) {
                // Not at once again: it would be the same.
                LOG.atError().setCause(e).addKeyValue("database", copy.name()).log("refused documents not tried again");
            }
        }
    }

    /**
     * Compares everything if the database is not the one that was followed.
     *
     * @param drained whether all of its changes were taken, so that it should have as many documents as we know
     * @return whether it was compared
     */
    private boolean compareIfOther(boolean drained) throws InterruptedException {
        String server = client.server();
        DatabaseInfo info = client.database(copy.remote());
        String signature = server + "|" + info.born() + filter;
        Position position = copy.position();
        Optional<String> why = Optional.empty();
        if (!signature.equals(position.signature())) {
            why = Optional.of(position.signature().isEmpty() ? "first contact" : "server or database began anew");
        } else if (number(info.last()) < number(position.revision())) {
            why = Optional.of("database went back from " + position.revision() + " to " + info.last());
        } else if (drained && info.documents() != copy.size()) {
            why = Optional.of("database has " + info.documents() + " documents, known are " + copy.size());
        } else if (drained && !sampleHolds()) {
            why = Optional.of("database has other revisions");
        }
        if (why.isEmpty()) {
            return false;
        }
        LOG.atInfo()
                .addKeyValue("database", copy.name())
                .addKeyValue("why", why.get())
                .log("comparing with the catalogue");
        if (!position.signature().isEmpty() && !position.signature().endsWith(filter)) {
            copy.forget();
        }
        compare(signature);
        return true;
    }

    private boolean sampleHolds() throws InterruptedException {
        Map<String, String> sample = copy.sample();
        if (sample.isEmpty()) {
            return true;
        }
        Map<String, Row> now = client.revisions(copy.remote(), sample.keySet());
        return sample.entrySet().stream().allMatch(each -> {
            Row row = now.get(each.getKey());
            return row != null && row.rev().equals(each.getValue());
        });
    }

    private void compare(String signature) throws InterruptedException {
        Set<String> seen = new HashSet<>();
        String since = "0";
        while (!worker.isStopping()) {
            Row.Page page = client.changes(copy.remote(), since, IDS, false);
            for (int from = 0; from < page.rows().size(); from += PAGE) {
                List<Row> rows = page.rows().subList(from, Math.min(page.rows().size(), from + PAGE));
                rows.forEach(row -> (row.deleted() ? Optional.<String>empty() : Optional.of(row.id()))
                        .ifPresentOrElse(seen::add, () -> seen.remove(row.id())));
                long waiting = page.rows().size() - from - rows.size() + page.pending();
                copy.apply(rows, position -> position.applied(position.revision(), copy.now(), waiting));
                moved.run();
            }
            since = page.last();
            if (page.rows().size() < IDS) {
                break;
            }
        }
        if (worker.isStopping()) {
            return;
        }
        List<Row> gone = new ArrayList<>();
        for (String id : copy.ids()) {
            if (!seen.contains(id)) {
                gone.add(new Row(id, "", true, Optional.empty(), Optional.empty()));
            }
        }
        String last = since;
        copy.apply(gone, position -> position.compared(signature, last));
        LOG.atInfo()
                .addKeyValue("database", copy.name())
                .addKeyValue("documents", copy.size())
                .addKeyValue("gone", gone.size())
                .log("equal to the catalogue");
    }

    private void answered() {
        copy.note(position -> position.answered(clock.instant()));
    }

    private void failed(String why) {
        if (worker.isStopping()) {
            return;
        }
        boolean said = copy.position().error().filter(why::equals).isPresent();
        copy.note(position -> position.failed(why));
        if (!said) {
            LOG.atWarn()
                    .addKeyValue("database", copy.name())
                    .addKeyValue("error", why)
                    .log("catalogue can't be followed, what is here goes on");
            try {
                copy.write(position -> position);
            } catch (StoreException e) {
                LOG.atDebug().addKeyValue("error", e.getMessage()).log("state not written");
            }
        }
    }

    /** The number in front of a sequence number such as {@code 12-abc}; -1 if it has none. */
    private static long number(String sequence) {
        int dash = sequence.indexOf('-');
        try {
            return Long.parseLong(dash < 0 ? sequence : sequence.substring(0, dash));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
