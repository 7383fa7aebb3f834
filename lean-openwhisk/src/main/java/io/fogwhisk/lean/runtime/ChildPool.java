package io.fogwhisk.lean.runtime;

import io.fogwhisk.lean.store.LeanException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The warm children, by what their requests have in common, within a bound on the sum of their memory limits.
 *
 * <p>A request gets the child used last. If none is idle it waits, first come first served: a fast child is worth waiting
 * for, so another one is started only when a request has waited for {@link #PATIENCE}. If the memory is used up, idle
 * children make room, and if there are none, a child of an action that has more of them than the one in need, at the end
 * of its run: no action keeps another from running, however many of its requests wait. How many wait is for the callers
 * to bound.
 *
 * <p>Thread-safe. Nothing is called from under the lock but the executor.
 */
final class ChildPool {

    private static final Logger LOG = LoggerFactory.getLogger(ChildPool.class);

    /** How long a request waits for a busy child before another one is started. */
    static final Duration PATIENCE = Duration.ofMillis(50);

    /** A new child pays for its start before it makes room. */
    private static final Duration SLICE = Duration.ofMillis(100);

    private final RuntimeSettings settings;
    private final Clock clock;
    private final Supplier<List<ChildSource>> sources;
    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final ChildLedger ledger;
    private final Set<PooledChild> children = new LinkedHashSet<>();
    /** Who waits for memory most urgently, if anyone. */
    private @Nullable ActionChildren hungry;

    private boolean closed;

    /**
     * An empty pool.
     *
     * @param sources known once something is run
     * @param threads that may wait
     */
    ChildPool(RuntimeSettings settings, Clock clock, Supplier<List<ChildSource>> sources, Executor threads) {
        this.settings = settings;
        this.ledger = new ChildLedger(settings.userMemoryMb());
        this.clock = clock;
        this.sources = sources;
        this.threads = threads;
    }

    /** Runs a request in a child; returns at once, and the result never fails. */
    CompletableFuture<RunResult> run(RunRequest request) {
        PendingRun run = new PendingRun(request, clock);
        ChildKey key = ChildKey.of(request);
        if (key.memoryMb() > settings.userMemoryMb()) {
            run.complete(
                    ActivationResponse.internalError("The action may use " + key.memoryMb()
                            + " MB, but all actions together have " + settings.userMemoryMb() + " MB."),
                    false);
            return run.result();
        }
        PooledChild child = null;
        boolean refused;
        lock.lock();
        try {
            refused = closed;
            if (!refused) {
                ActionChildren home = ledger.home(key);
                child = takeIdle(home);
                if (child == null) {
                    home.waiting().addLast(run);
                    startFirst(home);
                }
            }
        } finally {
            lock.unlock();
        }
        if (refused) {
            run.complete(stopped(), false);
        } else if (child != null) {
            start(child, run);
        }
        return run.result();
    }

    /** The children that there are now. */
    List<PooledChild> children() {
        lock.lock();
        try {
            return List.copyOf(children);
        } finally {
            lock.unlock();
        }
    }

    /** Ends a run whose time is over, and its child. */
    void timeOut(PooledChild child, PendingRun run) {
        child.child().drain();
        if (!child.vacate(run)) {
            return;
        }
        boolean initializing = child.initializing();
        if (initializing) {
            run.initialized();
        }
        discard(child);
        run.complete(ActivationResponse.timedOut(run.request().action().limits().timeoutMillis(), initializing), true);
    }

    /**
     * Starts the children that are needed and that there is room for.
     *
     * @return whether requests are waiting
     */
    boolean grow() {
        lock.lock();
        try {
            growLocked();
            return ledger.homes().stream().anyMatch(home -> !home.waiting().isEmpty());
        } finally {
            lock.unlock();
        }
    }

    /** Stops the children that were idle for too long, and forgets actions that are not used any more. */
    void prune() {
        long now = System.nanoTime();
        lock.lock();
        try {
            for (ActionChildren home : List.copyOf(ledger.homes())) {
                long patience = home.replaced()
                        ? Math.min(
                                ChildLedger.LINGER.toNanos(),
                                settings.idleTimeout().toNanos())
                        : settings.idleTimeout().toNanos();
                for (PooledChild child : List.copyOf(home.idle())) {
                    if (!child.child().alive() || child.idleFor(now) > patience) {
                        remove(child);
                    }
                }
                if (home.unused()) {
                    ledger.forget(home);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Refuses what is waiting and what is to come, and has the children ended; their runs end with them. */
    void close() {
        List<PendingRun> waiting = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            for (ActionChildren home : ledger.homes()) {
                waiting.addAll(home.waiting());
                home.waiting().clear();
            }
            for (PooledChild child : List.copyOf(children)) {
                remove(child);
            }
        } finally {
            lock.unlock();
        }
        waiting.forEach(run -> run.complete(stopped(), false));
    }

    // --- a child's way, each step on the thread of the answer

    private void launch(ActionChildren home, RunRequest first) {
        Child child;
        try {
            child = sources.get().stream()
                    .filter(source -> source.runs(first.action()))
                    .findFirst()
                    .orElseThrow(() -> new LeanException(
                            500,
                            "No runtime on this machine runs actions of kind '"
                                    + first.action().exec().kind() + "'."))
                    .start(first);
        } catch (RuntimeException | Error e) {
            // Also when memory runs out: what was reserved for the child must be free again.
            notLaunched(home, e);
            return;
        }
        LOG.atDebug().addKeyValue("action", first.action().name()).log("child started");
        PooledChild pooled = new PooledChild(child, home);
        PendingRun waiting;
        boolean refused;
        lock.lock();
        try {
            refused = closed;
            waiting = home.waiting().pollFirst();
            // Others have served the requests meanwhile: it becomes an idle child.
            PendingRun run = waiting == null ? new PendingRun(first, clock) : waiting;
            if (!refused) {
                children.add(pooled);
                run.begin();
                pooled.occupy(run, true);
            }
        } finally {
            lock.unlock();
        }
        PendingRun run = pooled.current();
        if (refused || run == null) {
            child.kill();
        } else {
            boolean wanted = waiting != null;
            child.init(run.request(), run.output()).thenAccept(answer -> initialized(pooled, run, wanted, answer));
        }
    }

    private void notLaunched(ActionChildren home, Throwable failure) {
        PendingRun run;
        lock.lock();
        try {
            ledger.free(home, true);
            run = home.waiting().pollFirst();
        } finally {
            lock.unlock();
        }
        LOG.atInfo()
                .addKeyValue("action", home.key().action())
                .addKeyValue("error", failure.toString())
                .log("child did not start");
        if (run != null) {
            boolean developers = failure instanceof LeanException refusal && refusal.status() == 400;
            run.begin();
            run.initialized();
            run.complete(
                    developers
                            ? ActivationResponse.developerError(
                                    "Initialization has failed due to: " + failure.getMessage())
                            : ActivationResponse.internalError(String.valueOf(failure.getMessage())),
                    false);
        }
    }

    private void initialized(PooledChild child, PendingRun run, boolean wanted, ChildAnswer answer) {
        if (!child.vacate(run)) {
            return;
        }
        run.initialized();
        if (!(answer instanceof ChildAnswer.Answered answered && answered.ok())) {
            discard(child);
            run.complete(isClosed() ? stopped() : ActivationResponse.ofFailedInit(answer), false);
            return;
        }
        lock.lock();
        try {
            child.ready();
        } finally {
            lock.unlock();
        }
        if (wanted) {
            start(child, run);
        } else {
            next(child);
        }
    }

    private void start(PooledChild child, PendingRun run) {
        run.begin();
        child.occupy(run, false);
        long deadline = clock.millis() + run.request().action().limits().timeoutMillis();
        child.child().run(run.request(), deadline, run.output()).thenAccept(answer -> answered(child, run, answer));
    }

    private void answered(PooledChild child, PendingRun run, ChildAnswer answer) {
        if (!child.vacate(run)) {
            return;
        }
        ActivationResponse response = ActivationResponse.ofRun(answer);
        boolean usable = !(answer instanceof ChildAnswer.TooLong tooLong) || tooLong.usable();
        if (response.keepsChild() && usable) {
            next(child);
        } else {
            discard(child);
        }
        boolean stopped = answer instanceof ChildAnswer.Ended && isClosed();
        run.complete(stopped ? stopped() : response, false);
    }

    private void next(PooledChild child) {
        PendingRun next = null;
        lock.lock();
        try {
            if (!child.initializing()) {
                child.home().ran(child.ranFor());
            }
            if (closed) {
                remove(child);
            } else if (makesRoom(child)) {
                remove(child);
                growLocked();
            } else {
                next = child.home().waiting().pollFirst();
                if (next == null) {
                    child.idle();
                    child.home().idle().addFirst(child);
                    if (hungry != null) {
                        growLocked();
                    }
                }
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            start(child, next);
        }
    }

    private void discard(PooledChild child) {
        lock.lock();
        try {
            remove(child);
            if (!closed && !child.home().waiting().isEmpty()) {
                startFirst(child.home());
            }
        } finally {
            lock.unlock();
        }
    }

    // --- under the lock

    private @Nullable PooledChild takeIdle(ActionChildren home) {
        PooledChild child = home.idle().pollFirst();
        while (child != null && !child.child().alive()) {
            remove(child);
            child = home.idle().pollFirst();
        }
        return child;
    }

    private void startFirst(ActionChildren home) {
        if (home.alive() == 0 && hungry == null && !startChild(home)) {
            hungry = home;
        }
    }

    private void growLocked() {
        hungry = null;
        long now = System.nanoTime();
        ActionChildren first = ledger.neediest(now, PATIENCE);
        while (!closed && first != null) {
            if (!startChild(first)) {
                hungry = first;
                return;
            }
            first = ledger.neediest(now, PATIENCE);
        }
    }

    private boolean startChild(ActionChildren home) {
        PendingRun first = home.waiting().peekFirst();
        if (first == null || !makeRoom(home)) {
            return false;
        }
        ledger.reserve(home);
        threads.execute(() -> launch(home, first.request()));
        return true;
    }

    private boolean makeRoom(ActionChildren home) {
        Optional<List<PooledChild>> leaving = ledger.whoMakesRoom(home);
        leaving.ifPresent(idle -> idle.forEach(this::remove));
        return leaving.isPresent();
    }

    private boolean makesRoom(PooledChild child) {
        ActionChildren other = hungry;
        if (other == null || other == child.home() || other.waiting().isEmpty()) {
            return false;
        }
        boolean fewer = other.alive() == 0 || other.alive() + 1 < child.home().alive();
        return fewer && child.age(System.nanoTime()) > SLICE.toNanos();
    }

    private void remove(PooledChild child) {
        if (children.remove(child)) {
            child.home().idle().remove(child);
            ledger.free(child.home(), child.starting());
            LOG.atDebug().addKeyValue("action", child.home().key().action()).log("child stopped");
            threads.execute(child.child()::kill);
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private static ActivationResponse stopped() {
        return ActivationResponse.internalError("The OpenWhisk was stopped before the action had ended.");
    }
}
