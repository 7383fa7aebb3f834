package io.fogwhisk.lean.invoker;

import io.fogwhisk.base.lifecycle.NamedThreads;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.retry.Backoff;
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
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes entries from the queue, runs their actions with a bounded number of activations at a time, and hands the
 * records back to the queue, which removes the entry with them.
 *
 * <p>Threads: one takes entries and calls the actions' code; the owner's timer ends what takes too long.
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
    private static final Backoff STORE_AGAIN = Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(10));

    private final String name;
    private final InvocationQueue queue;
    private final EntityStore entities;
    private final ActionResolver resolver;
    private final IdentitySource identities;
    private final int maxRunning;
    private final Metrics metrics;
    private final Timer timer;
    private final ActionRunner runner;
    private final Semaphore permits;
    private final Thread thread;
    private Consumer<Activation> stored = activation -> {};
    private volatile boolean closing;

    /**
     * An invoker.
     *
     * @param name of the OpenWhisk, for the thread
     * @param entitlement what a conductor may name
     * @param runtimes what runs the code that users upload; the caller starts and closes it
     * @param identities of each namespace the key that its actions are given
     * @param maxRunning activations at a time, at least 1
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
            int maxRunning,
            Metrics metrics,
            Clock clock,
            Timer timer) {
        this.name = name;
        this.queue = queue;
        this.entities = entities;
        this.resolver = resolver;
        this.identities = identities;
        this.maxRunning = maxRunning;
        this.metrics = metrics;
        this.timer = timer;
        this.runner = new ActionRunner(resolver, entitlement, runtimes, clock, timer, metrics);
        this.permits = new Semaphore(maxRunning);
        this.thread = NamedThreads.single(name + "-invoker").newThread(this::run);
    }

    /** Has the first activation of each entry told to a listener, once it is stored; to be called before the start. */
    public void onStored(Consumer<Activation> listener) {
        stored = Objects.requireNonNull(listener, "listener is null");
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
        try {
            thread.join(CLOSE_WAIT.toMillis());
            if (!permits.tryAcquire(maxRunning, CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atInfo().addKeyValue("openwhisk", name).log("activations left to run after the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int failures = 0;
        try {
            while (!closing) {
                try {
                    for (Entry entry : queue.take(BATCH, TAKE_WAIT)) {
                        if (!start(entry)) {
                            return;
                        }
                    }
                    failures = 0;
                } catch (StoreException e) {
                    failures++;
                    LOG.atError().addKeyValue("error", e.getMessage()).log("queue not readable");
                    TimeUnit.MILLISECONDS.sleep(STORE_AGAIN
                            .after(failures, ThreadLocalRandom.current()::nextDouble)
                            .toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts an entry; false if the invoker was closed before it could. */
    private boolean start(Entry entry) throws InterruptedException {
        EntryRun run = new EntryRun(entry);
        Invocation invocation = entry.invocation();
        @Nullable Identity identity = identities.byNamespace(invocation.namespace());
        boolean started = true;
        try {
            if (identity == null) {
                run.add(refused(entry, "The namespace " + invocation.namespace() + " has no key any more."));
            } else if (invocation.fire()) {
                started = fire(run, identity);
            } else {
                started = invoke(run, identity);
            }
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("target", invocation.target()).log("invocation failed");
            run.add(refused(entry, "The invocation failed: " + e));
        }
        if (started) {
            end(run);
        }
        return started;
    }

    private boolean invoke(EntryRun run, Identity identity) throws InterruptedException {
        Entry entry = run.entry();
        ResolvedAction action = resolver.resolve(entry.invocation().target());
        if (action == null) {
            run.add(refused(entry, "Action could not be found or may have been deleted."));
            return true;
        }
        Value payload = Value.of(entry.invocation().payload());
        return call(Call.of(
                run,
                action,
                payload,
                identity,
                entry.stamp().id(0),
                entry.invocation().origin().cause()));
    }

    private boolean fire(EntryRun run, Identity identity) throws InterruptedException {
        Entry entry = run.entry();
        QualifiedName target = entry.invocation().target();
        WhiskTrigger trigger = entities.trigger(target.namespace(), target.name());
        if (trigger == null) {
            run.add(refused(entry, "The requested resource does not exist."));
            return true;
        }
        JsonObject payload = entry.invocation().payload();
        Value params = Value.of(WhiskEntity.asObject(trigger.parameters()).merge(payload));
        List<String> logs = new ArrayList<>(trigger.rules().size());
        for (Map.Entry<String, WhiskTrigger.Link> rule : trigger.rules().entrySet()) {
            QualifiedName name = rule.getValue().action();
            Optional<ActivationId> id = run.nextId();
            ResolvedAction action = resolver.resolve(name);
            if (!rule.getValue().active()) {
                logs.add(RuleLog.refused(rule.getKey(), name, RuleLog.inactive(rule.getKey(), name)));
            } else if (action == null) {
                logs.add(RuleLog.refused(rule.getKey(), name, "The requested resource does not exist."));
            } else if (id.isEmpty()) {
                logs.add(RuleLog.refused(rule.getKey(), name, "Too many rules for one trigger."));
            } else {
                logs.add(RuleLog.activated(rule.getKey(), name, id.get()));
                if (!call(Call.of(
                        run,
                        action,
                        params,
                        identity,
                        id.get(),
                        Optional.of(entry.stamp().id(0))))) {
                    return false;
                }
            }
        }
        run.add(Records.entry(
                entry,
                identity.subject(),
                trigger.version().toString(),
                ActivationStatus.SUCCESS,
                Value.of(payload),
                logs));
        return true;
    }

    private boolean call(Call call) throws InterruptedException {
        while (!permits.tryAcquire(TAKE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            if (closing) {
                return false;
            }
        }
        call.run().begin();
        runner.run(call, finished -> {
            permits.release();
            if (!finished.activation().success()) {
                metrics.count(Meter.LEAN_FAILED);
            }
            call.run().add(finished);
            end(call.run());
        });
        return true;
    }

    private void end(EntryRun run) {
        if (run.end()) {
            store(run, run.records(), 0);
        }
    }

    private void store(EntryRun run, List<Finished> records, int failures) {
        queue.complete(run.entry(), records).whenComplete((done, failure) -> {
            if (failure == null) {
                ActivationId first = run.entry().stamp().id(0);
                for (Finished record : records) {
                    if (record.activation().id().equals(first)) {
                        stored.accept(record.activation());
                    }
                }
                return;
            }
            // When closing, the entry stays in the queue and runs after the next start.
            if (!closing) {
                LOG.atWarn().addKeyValue("error", failure.getMessage()).log("activation not stored, trying again");
                Duration wait = STORE_AGAIN.after(failures + 1, ThreadLocalRandom.current()::nextDouble);
                timer.after(wait, () -> store(run, records, failures + 1));
            }
        });
    }

    /** The record of an entry that cannot be run. */
    private Finished refused(Entry entry, String why) {
        metrics.count(Meter.LEAN_FAILED);
        return Records.entry(
                entry,
                entry.invocation().namespace(),
                "0.0.1",
                ActivationStatus.APPLICATION_ERROR,
                Value.error(why),
                List.of());
    }
}
