package io.fogwhisk.lean.invoker;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.lean.queue.Invocation;
import io.fogwhisk.lean.queue.InvocationQueue;
import io.fogwhisk.lean.runtime.Runtimes;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes entries from the queue, runs their actions with a bounded number of activations at a time, and hands the
 * records back to the queue, which removes the entry with them. The places are shared out among actions: what finds
 * none for its action waits, in order, while other actions' entries go on; so does what a rule invokes beyond the limits
 * of its namespace, since an accepted fire is not given up.
 *
 * <p>Threads: one takes entries and calls the actions' code; blocking calls run on their callers' threads; the owner's
 * timer ends what takes too long.
 *
 * <p>Failure: an entry that cannot be run becomes an activation that says why; records that cannot be stored are
 * handed over again until they can.
 */
public final class Invoker implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(Invoker.class);
    private static final int BATCH = 256;
    private static final Duration TAKE_WAIT = Duration.ofMillis(100);
    private static final Duration EXPIRE_EVERY = Duration.ofMillis(50);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);
    // About a fifth of a processor: a pause for each small invocation, or so many characters of its parameters.
    private static final int TURN_COST = 50;
    private static final int UNITS_PER_COST = 512;
    private static final Duration PAUSE = Duration.ofNanos(400_000);

    private final String name;
    private final InvocationQueue queue;
    private final Metrics metrics;
    private final Clock clock;
    private final Timer timer;
    private final Planner planner;
    private final ActionRunner runner;
    private final Lanes lanes;
    private final NamespaceUse.Of uses = new NamespaceUse.Of();
    private final LiveRuns live = new LiveRuns();
    private final Completions completions;
    private final BlockingCalls blocking;
    private final Thread thread;
    // The thread's own: those that have no place yet, and those that have theirs and are not started yet. Nothing is
    // taken twice, so what a failure leaves here is gone on with.
    private final Deque<Entry> taken = new ArrayDeque<>();
    private final Deque<Plan> admitted = new ArrayDeque<>();
    private Consumer<Activation> stored = activation -> {};
    private BooleanSupplier givesWay = () -> false;
    private volatile boolean closing;
    private volatile boolean abandoned;

    /**
     * How much may be under way.
     *
     * @param running activations at a time, at least 1
     * @param inMemory the weight of entries held in memory, at least 1
     */
    public record Places(int running, int inMemory) {}

    /**
     * An invoker.
     *
     * @param name of the OpenWhisk, for the thread
     * @param entitlement what a conductor may name
     * @param runtimes what runs the code that users upload; the caller starts and closes it
     * @param identities of each namespace the key that its actions are given
     * @param timer runs what is due; the caller owns it and closes it after this
     */
    public Invoker(
            String name,
            InvocationQueue queue,
            EntityStore entities,
            ActionResolver resolver,
            Entitlement entitlement,
            Runtimes runtimes,
            IdentitySource identities,
            Places places,
            Metrics metrics,
            Clock clock,
            Timer timer) {
        this.name = name;
        this.queue = queue;
        this.metrics = metrics;
        this.clock = clock;
        this.timer = timer;
        this.planner = new Planner(queue, entities, resolver, identities, metrics);
        this.runner = new ActionRunner(resolver, entitlement, runtimes, clock, timer, metrics);
        // What waits in memory must leave room for taking what others may run.
        this.lanes = new Lanes(places.running(), Math.max(1, (places.inMemory() - places.running()) / 2));
        this.completions = new Completions(queue, timer);
        this.blocking = new BlockingCalls(queue, completions, timer, live);
        this.thread = NamedThreads.single(name + "-invoker").newThread(this::run);
    }

    /** Has the first activation of each entry told to a listener, once it is stored; to be called before the start. */
    public void onStored(Consumer<Activation> listener) {
        stored = Objects.requireNonNull(listener, "listener is null");
    }

    /** Runs less while this says so, so that the processor is there for accepting; to be called before the start. */
    public void giveWay(BooleanSupplier toAccepting) {
        givesWay = Objects.requireNonNull(toAccepting, "toAccepting is null");
    }

    @Override
    public void start() {
        timer.every(EXPIRE_EVERY, runner::expire);
        thread.start();
    }

    /** Takes nothing more, and waits up to two seconds for what runs; the rest runs again after the next start. */
    @Override
    public void close() {
        closing = true;
        completions.close();
        queue.wake();
        try {
            thread.join(CLOSE_WAIT.toMillis());
            if (!lanes.awaitIdle(CLOSE_WAIT)) {
                LOG.atInfo().addKeyValue("openwhisk", name).log("activations left to run after the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        abandoned = true;
        blocking.close();
    }

    /** What each namespace does. */
    NamespaceUse.Of uses() {
        return uses;
    }

    /** What runs. */
    LiveRuns live() {
        return live;
    }

    /**
     * Runs an action at once, for a caller who waits; the activation is counted as accepted.
     *
     * @return the answer, or empty if there is no place for it: it may wait for one in the queue
     */
    Optional<CompletionStage<Outcome>> runNow(
            Invocation invocation, ResolvedAction action, Identity identity, Duration wait) {
        Lanes.Key lane = new Lanes.Key(identity.namespace(), action.invokedAs());
        if (closing || !lanes.enter(lane)) {
            return Optional.empty();
        }
        uses.namespace(identity.namespace()).start();
        Entry entry = queue.unqueued(invocation);
        EntryRun run = new EntryRun(entry, identity);
        BlockingCalls.Waiting waiting = blocking.begin(run);
        ActivationId id = entry.stamp().id(0);
        run(Call.of(run, action, Value.of(invocation.payload()), identity, id, Optional.empty()), waiting::end);
        return Optional.of(waiting.answer(wait));
    }

    private void run() {
        int failures = 0;
        while (!closing) {
            try {
                if (taken.isEmpty()) {
                    taken.addAll(queue.take(BATCH, TAKE_WAIT));
                }
                serveWaiting();
                boolean less = givesWay.getAsBoolean();
                int turn = 0;
                while (!taken.isEmpty() && !(less && turn >= TURN_COST)) {
                    turn += cost(taken.getFirst());
                    place(taken.removeFirst());
                }
                // With those that had waited for a place.
                int cost = 0;
                for (Plan plan : admitted) {
                    cost += cost(plan.run().entry());
                }
                startAdmitted();
                failures = 0;
                if (less) {
                    LockSupport.parkNanos(PAUSE.multipliedBy(cost).toNanos());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (StoreException e) {
                failures++;
                LOG.atError().addKeyValue("error", e.getMessage()).log("queue not readable");
                pause(failures);
            } catch (RuntimeException | Error e) {
                // Too little memory, say: what it was about is still in the file, and the others must go on.
                failures++;
                LOG.atError().setCause(e).log("invoker failed");
                pause(failures);
            }
        }
    }

    private static int cost(Entry entry) {
        return 1 + entry.invocation().payload().text().length() / UNITS_PER_COST;
    }

    private static void pause(int failures) {
        try {
            TimeUnit.MILLISECONDS.sleep(Completions.STORE_AGAIN
                    .after(failures, ThreadLocalRandom.current()::nextDouble)
                    .toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives an entry its places, or has it wait for them. */
    private void place(Entry entry) {
        Plan plan = plan(entry);
        if (plan.calls().isEmpty()) {
            endRefused(plan);
        } else if (plan.calls().size() == 1) {
            Lanes.Key lane = plan.calls().get(0).lane();
            if (enter(lane, plan)) {
                admitted.add(plan);
            } else if (!lanes.await(lane, entry)) {
                queue.setAside(entry);
            }
        } else if (enterAll(plan)) {
            admitted.add(plan);
        } else {
            split(entry);
        }
    }

    private Plan plan(Entry entry) {
        try {
            return planner.plan(entry);
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("target", entry.invocation().target())
                    .log("invocation failed");
            return planner.failed(entry, e);
        }
    }

    private boolean enter(Lanes.Key lane, Plan plan) {
        if (!lanes.enter(lane)) {
            return false;
        }
        if (!begin(plan)) {
            lanes.leave(lane);
            return false;
        }
        return true;
    }

    private boolean enterAll(Plan plan) {
        List<Lanes.Key> keys = plan.lanes();
        if (!lanes.enter(keys)) {
            return false;
        }
        if (!begin(plan)) {
            keys.forEach(lanes::leave);
            return false;
        }
        return true;
    }

    /** Begins the activations of a plan for the limits of the namespace, all or none. */
    private boolean begin(Plan plan) {
        Identity identity = plan.run().identity();
        NamespaceUse use = uses.namespace(identity.namespace());
        return counted(plan.run().entry())
                ? use.tryStart(identity.limits())
                : use.tryBegin(plan.calls().size(), identity.limits(), clock.millis());
    }

    /** Whether the activation of an entry was counted when it was accepted. */
    private boolean counted(Entry entry) {
        return !entry.invocation().fire() && queue.acceptedNow(entry);
    }

    /** Has each action of a fire wait for itself, so that one that is in trouble does not hold up the others. */
    private void split(Entry entry) {
        EntryRun run = new EntryRun(entry, planner.identity(entry));
        List<Entry> parts = planner.split(run);
        if (parts.isEmpty()) {
            place(entry);
            return;
        }
        completions.split(run, parts).whenComplete((done, failure) -> told(run, failure));
    }

    /** Gives places to what waits, to each lane in turn. */
    private void serveWaiting() {
        boolean served = true;
        while (served && !closing) {
            served = false;
            for (Lanes.Lane lane : lanes.waiting()) {
                served |= serve(lane);
            }
        }
    }

    private boolean serve(Lanes.Lane lane) {
        Entry first = lanes.first(lane);
        if (first == null) {
            long[] seqs = lanes.toRead(lane);
            if (seqs.length > 0) {
                lanes.read(lane, seqs.length, queue.takeAgain(seqs));
            }
            return seqs.length > 0;
        }
        Plan plan = plan(first);
        if (plan.calls().size() != 1 || !plan.calls().get(0).lane().equals(lane.key())) {
            // The trigger or the action was changed meanwhile.
            lanes.dropFirst(lane);
            place(first);
            return true;
        }
        if (!begin(plan)) {
            return false;
        }
        lanes.enterFirst(lane);
        admitted.add(plan);
        return true;
    }

    private void startAdmitted() {
        if (admitted.isEmpty()) {
            return;
        }
        List<Entry> suspects = new ArrayList<>();
        for (Plan plan : admitted) {
            if (queue.suspect(plan.run().entry())) {
                suspects.add(plan.run().entry());
            }
        }
        if (!suspects.isEmpty()) {
            queue.attempt(suspects);
        }
        while (!admitted.isEmpty()) {
            start(admitted.removeFirst());
        }
    }

    private void start(Plan plan) {
        EntryRun run = plan.run();
        live.add(run);
        for (Call call : plan.calls()) {
            run.begin();
            run(call, () -> end(run));
        }
        end(run);
    }

    /** Runs a call that has its place and is begun; then gives the place back. */
    private void run(Call call, Runnable ended) {
        runner.run(call, finished -> {
            if (abandoned) {
                // It ends because everything does; its entry is in the queue, for the next start.
                return;
            }
            uses.namespace(call.identity().namespace()).end();
            if (lanes.leave(call.lane())) {
                queue.wake();
            }
            if (!finished.activation().success()) {
                metrics.count(Meter.LEAN_FAILED);
            }
            call.run().add(finished);
            ended.run();
        });
    }

    private void endRefused(Plan plan) {
        if (counted(plan.run().entry())) {
            uses.namespace(plan.run().identity().namespace()).giveUp();
        }
        end(plan.run());
    }

    private void end(EntryRun run) {
        if (run.end()) {
            completions.complete(run, run.entry(), false).whenComplete((done, failure) -> told(run, failure));
        }
    }

    private void told(EntryRun run, @Nullable Throwable failure) {
        live.remove(run);
        if (failure == null) {
            ActivationId first = run.entry().stamp().id(0);
            for (Finished record : run.records()) {
                if (record.activation().id().equals(first)) {
                    stored.accept(record.activation());
                }
            }
        }
    }
}
