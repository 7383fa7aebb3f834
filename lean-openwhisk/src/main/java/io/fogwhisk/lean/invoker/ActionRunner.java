package io.fogwhisk.lean.invoker;

import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.lean.runtime.RunRequest;
import io.fogwhisk.lean.runtime.RunResult;
import io.fogwhisk.lean.runtime.Runtimes;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.action.InProcessAction;
import io.fogwhisk.wsk.action.TryAgainException;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Runs activations: code in this process, code in children, and compositions of both. Whatever happens, each call is
 * answered exactly once with a record, at the latest when its time is over.
 *
 * <p>Threads: code in this process is called on the caller's thread; the answer comes on whichever thread the code
 * completes, or on the one that calls {@link #expire}.
 */
final class ActionRunner {

    private static final String GONE = "Action could not be found or may have been deleted.";
    private static final Logger LOG = LoggerFactory.getLogger(ActionRunner.class);
    private static final Backoff AGAIN = Backoff.between(Duration.ofMillis(200), Duration.ofSeconds(10));

    private final ActionResolver resolver;
    private final Entitlement entitlement;
    private final Runtimes runtimes;
    private final Clock clock;
    private final Timer timer;
    private final Metrics metrics;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();

    ActionRunner(
            ActionResolver resolver,
            Entitlement entitlement,
            Runtimes runtimes,
            Clock clock,
            Timer timer,
            Metrics metrics) {
        this.resolver = resolver;
        this.entitlement = entitlement;
        this.runtimes = runtimes;
        this.clock = clock;
        this.timer = timer;
        this.metrics = metrics;
    }

    /**
     * Runs a call; {@code done} gets its record. Code that asks to be run again is, after a while, for as long as it
     * asks: the call keeps its place among those running, so that no more is taken from the queue than can wait.
     */
    void run(Call call, Consumer<Finished> done) {
        call.run().started(call, clock.millis());
        if (call.action().conductor()) {
            new ConductorRun(this, resolver, entitlement, Composition.of(call, clock.millis()), done).start();
        } else if (call.action().action().exec() instanceof Exec.Sequence sequence) {
            Composition composition = Composition.of(call, clock.millis());
            new SequenceRun(this, resolver, composition, sequence.components(), done).start();
        } else {
            runCode(call, done, 0);
        }
    }

    /** Runs the code of a conductor itself, once. */
    void runConductor(Call call, Consumer<Finished> done) {
        call.run().started(call, clock.millis());
        runCode(call, done, 0);
    }

    private void runCode(Call call, Consumer<Finished> done, int postponed) {
        InProcessAction code = call.action().code();
        if (code != null) {
            runHere(call, code, done, postponed);
        } else if (call.action().builtIn()) {
            done.accept(missing(call));
        } else {
            runInChild(call, done);
        }
    }

    private void runHere(Call call, InProcessAction code, Consumer<Finished> done, int postponed) {
        Running activation = new Running(call, clock.millis(), done, postponed);
        running.add(activation);
        Optional<JsonObject> input = call.input().object();
        if (input.isEmpty()) {
            activation.fail("it takes a JSON object, not an array");
            return;
        }
        try {
            Instant deadline = Instant.ofEpochMilli(activation.start + activation.timeoutMillis());
            // A stage of foreign code may be anything, whatever the contract says.
            @Nullable
            CompletionStage<JsonObject> stage = code.run(
                    input.get(),
                    new ActivationContext(
                            call.id(),
                            call.action().invokedAs(),
                            call.identity().namespace(),
                            call.identity().key(),
                            call.acceptedNanos(),
                            deadline),
                    activation.logs::add);
            if (stage == null) {
                activation.fail("it returned nothing");
            } else {
                stage.whenComplete(activation::finish);
            }
        } catch (TryAgainException e) {
            activation.finish(null, e);
        } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
            activation.fail(String.valueOf(e));
        }
    }

    private void runInChild(Call call, Consumer<Finished> done) {
        RunRequest request = new RunRequest(
                call.action().action(),
                () -> resolver.code(call.action().action()),
                call.identity().namespace(),
                call.action().invokedAs(),
                call.input().without(call.action().env().keySet()).text(),
                call.action().env(),
                call.id(),
                call.transactionId(),
                call.action().knowsKey() ? Optional.of(call.identity().key()) : Optional.empty());
        runtimes.run(request).whenComplete((result, failure) -> {
            Finished finished;
            if (failure == null) {
                finished = ran(call, result);
            } else {
                LOG.atError()
                        .setCause(failure)
                        .addKeyValue("activationId", call.id())
                        .log("runtime failed");
                long now = clock.millis();
                Value error = Value.error("The action could not be run: " + failure);
                finished = Records.ran(
                        call, ActivationStatus.INTERNAL_ERROR, error, List.of(), now, now, OptionalLong.empty(), false);
            }
            done.accept(finished);
        });
    }

    private static Finished ran(Call call, RunResult result) {
        Value value;
        ActivationStatus status = result.status();
        try {
            value = Value.parse(result.result());
        } catch (WskException e) {
            value = Value.error("The action did not produce a valid JSON or JSON Array response: " + e.getMessage());
            status = ActivationStatus.DEVELOPER_ERROR;
        }
        return Records.ran(
                call,
                status,
                value,
                result.logs(),
                result.start(),
                result.end(),
                result.initMillis(),
                result.timedOut());
    }

    /** With the action as it is by then: what was in the way may have been one of its parameters. */
    private void runAgain(Call call, Consumer<Finished> done, int postponed) {
        ResolvedAction now = resolver.resolve(call.action().invokedAs());
        if (now == null) {
            done.accept(missing(call));
        } else {
            runCode(call.with(now), done, postponed);
        }
    }

    /** Ends the activations whose time is over; to be called several times a second. */
    void expire() {
        long now = System.nanoTime();
        for (Running activation : running) {
            if (now - activation.deadline >= 0) {
                activation.expire();
            }
        }
    }

    private Finished missing(Call call) {
        long now = clock.millis();
        return Records.ran(
                call,
                ActivationStatus.APPLICATION_ERROR,
                Value.error(GONE),
                List.of(),
                now,
                now,
                OptionalLong.empty(),
                false);
    }

    /** An activation of code in this process under way. */
    private final class Running {
        private final Call call;
        private final long start;
        private final long deadline;
        private final Consumer<Finished> done;
        private final int postponed;
        private final AtomicBoolean ended = new AtomicBoolean();
        private final LogLines logs;

        Running(Call call, long start, Consumer<Finished> done, int postponed) {
            this.call = call;
            this.start = start;
            this.done = done;
            this.postponed = postponed;
            this.deadline = System.nanoTime() + timeoutMillis() * 1_000_000;
            this.logs = new LogLines(call.action().action().limits().logsMb() * 1_048_576L, clock);
        }

        long timeoutMillis() {
            return call.action().action().limits().timeoutMillis();
        }

        void finish(@Nullable JsonObject result, @Nullable Throwable failure) {
            if (failure != null) {
                Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                if (cause instanceof TryAgainException later) {
                    again(later);
                } else {
                    fail(String.valueOf(cause));
                }
            } else if (result == null) {
                fail("it returned nothing");
            } else {
                boolean failed;
                try {
                    failed = result.tree().has("error");
                } catch (IllegalArgumentException e) {
                    fail("The action did not produce a valid JSON or JSON Array response: " + e.getMessage());
                    return;
                }
                end(failed ? ActivationStatus.APPLICATION_ERROR : ActivationStatus.SUCCESS, Value.of(result), false);
            }
        }

        private void again(TryAgainException reason) {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            running.remove(this);
            metrics.count(Meter.LEAN_POSTPONED);
            LOG.atLevel(postponed == 0 ? Level.WARN : Level.DEBUG)
                    .addKeyValue("activationId", call.id())
                    .addKeyValue("action", call.action().invokedAs())
                    .addKeyValue("error", reason.getMessage())
                    .log("activation postponed");
            Duration wait = AGAIN.after(postponed + 1, ThreadLocalRandom.current()::nextDouble);
            timer.after(wait, () -> runAgain(call, done, postponed + 1));
        }

        void fail(String why) {
            end(ActivationStatus.DEVELOPER_ERROR, Value.error("The action failed: " + why), false);
        }

        void expire() {
            end(
                    ActivationStatus.DEVELOPER_ERROR,
                    Value.error("The action exceeded its time limits of " + timeoutMillis() + " milliseconds."),
                    true);
        }

        private void end(ActivationStatus status, Value result, boolean timedOut) {
            if (ended.compareAndSet(false, true)) {
                running.remove(this);
                done.accept(Records.ran(
                        call, status, result, logs.lines(), start, clock.millis(), OptionalLong.empty(), timedOut));
            }
        }
    }
}
