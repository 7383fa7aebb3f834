package io.fogwhisk.lean.invoker;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fogwhisk.base.metrics.Meter;
import io.fogwhisk.base.metrics.Metrics;
import io.fogwhisk.base.retry.Backoff;
import io.fogwhisk.lean.queue.Finished;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.action.InProcessAction;
import io.fogwhisk.wsk.action.TryAgainException;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.KeyValue;
import io.fogwhisk.wsk.model.QualifiedName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 * Runs activations: code in this process, and sequences of it. Whatever happens, each call is answered exactly once
 * with a record, at the latest when its time is over.
 *
 * <p>Threads: code is called on the caller's thread; the answer comes on whichever thread the code completes, or on the
 * one that calls {@link #expire}.
 */
final class ActionRunner {

    /** The longest result, as UTF-16 units of its JSON; OpenWhisk has the same number of bytes. */
    private static final int MAX_RESULT = 1_048_576;

    private static final int MAX_COMPONENTS = 50;
    private static final KeyValue TIMED_OUT = new KeyValue("timeout", BooleanNode.TRUE);
    private static final KeyValue IN_TIME = new KeyValue("timeout", BooleanNode.FALSE);
    private static final KeyValue CAUSED_BY_SEQUENCE = new KeyValue("causedBy", TextNode.valueOf("sequence"));

    private static final Logger LOG = LoggerFactory.getLogger(ActionRunner.class);
    private static final Backoff AGAIN = Backoff.between(Duration.ofMillis(200), Duration.ofSeconds(10));

    private final ActionResolver resolver;
    private final Clock clock;
    private final Timer timer;
    private final Metrics metrics;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();

    ActionRunner(ActionResolver resolver, Clock clock, Timer timer, Metrics metrics) {
        this.resolver = resolver;
        this.clock = clock;
        this.timer = timer;
        this.metrics = metrics;
    }

    /**
     * Runs a call; {@code done} gets its record. Code that asks to be run again is, after a while, for as long as it
     * asks: the call keeps its place among those running, so that no more is taken from the queue than can wait.
     */
    void run(Call call, Consumer<Finished> done) {
        run(call, done, 0);
    }

    private void run(Call call, Consumer<Finished> done, int postponed) {
        if (call.action().action().exec() instanceof Exec.Sequence sequence) {
            new SequenceRun(call, sequence.components(), done).next(call.params());
            return;
        }
        InProcessAction code = call.action().code();
        if (code == null) {
            done.accept(missing(call));
            return;
        }
        Running activation = new Running(call, clock.millis(), done, postponed);
        running.add(activation);
        try {
            Instant deadline = Instant.ofEpochMilli(activation.start + activation.timeoutMillis());
            // A stage of foreign code may be anything, whatever the contract says.
            @Nullable
            CompletionStage<JsonObject> stage = code.run(
                    call.input(),
                    new ActivationContext(
                            call.id(),
                            call.action().invokedAs(),
                            call.key(),
                            call.entry().stamp().nanos(),
                            deadline));
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

    /** With the action as it is by then: what was in the way may have been one of its parameters. */
    private void runAgain(Call call, Consumer<Finished> done, int postponed) {
        ResolvedAction now = resolver.resolve(call.action().invokedAs());
        if (now == null) {
            done.accept(missing(call));
        } else {
            run(call.with(now), done, postponed);
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
        return record(
                call,
                clock.millis(),
                ActivationStatus.APPLICATION_ERROR,
                error("Action could not be found or may have been deleted."),
                false);
    }

    private Finished record(Call call, long start, ActivationStatus status, JsonObject result, boolean timedOut) {
        String text = result.text();
        if (text.length() > MAX_RESULT) {
            return record(
                    call,
                    start,
                    ActivationStatus.APPLICATION_ERROR,
                    error("The action produced a response that exceeded the allowed length: " + text.length() + " > "
                            + MAX_RESULT + " bytes."),
                    timedOut);
        }
        List<KeyValue> annotations = annotations(call, start);
        annotations.add(timedOut ? TIMED_OUT : IN_TIME);
        return new Finished(
                activation(call, start, clock.millis(), status, result, annotations, List.of()),
                call.action().listName(),
                text);
    }

    private static List<KeyValue> annotations(Call call, long start) {
        List<KeyValue> annotations = new ArrayList<>(call.action().annotations());
        long waited = Math.max(0, start - call.entry().stamp().millis());
        annotations.add(new KeyValue("waitTime", LongNode.valueOf(waited)));
        if (call.cause().isPresent()) {
            annotations.add(CAUSED_BY_SEQUENCE);
        }
        return annotations;
    }

    private static Activation activation(
            Call call,
            long start,
            long end,
            ActivationStatus status,
            JsonObject result,
            List<KeyValue> annotations,
            List<String> logs) {
        String namespace = call.entry().invocation().namespace();
        return new Activation(
                call.id(),
                namespace,
                call.action().action().name().name(),
                call.action().action().version().toString(),
                namespace,
                start,
                OptionalLong.of(Math.max(start, end)),
                call.cause(),
                annotations,
                logs,
                status,
                result.tree());
    }

    static JsonObject error(String message) {
        return JsonObject.adopt(JsonNodeFactory.instance.objectNode().put("error", message));
    }

    /** An activation of code under way. */
    private final class Running {
        private final Call call;
        private final long start;
        private final long deadline;
        private final Consumer<Finished> done;
        private final int postponed;
        private final AtomicBoolean ended = new AtomicBoolean();

        Running(Call call, long start, Consumer<Finished> done, int postponed) {
            this.call = call;
            this.start = start;
            this.done = done;
            this.postponed = postponed;
            this.deadline = System.nanoTime() + timeoutMillis() * 1_000_000;
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
                end(failed ? ActivationStatus.APPLICATION_ERROR : ActivationStatus.SUCCESS, result, false);
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
            end(ActivationStatus.DEVELOPER_ERROR, error("The action failed: " + why), false);
        }

        void expire() {
            end(
                    ActivationStatus.DEVELOPER_ERROR,
                    error("The action exceeded its time limits of " + timeoutMillis() + " milliseconds."),
                    true);
        }

        private void end(ActivationStatus status, JsonObject result, boolean timedOut) {
            if (ended.compareAndSet(false, true)) {
                running.remove(this);
                done.accept(record(call, start, status, result, timedOut));
            }
        }
    }

    /** A sequence under way: one component at a time, so that its fields need no lock. */
    private final class SequenceRun {
        private final Call call;
        private final List<QualifiedName> components;
        private final Consumer<Finished> done;
        private final long start = clock.millis();
        private final List<String> ids = new ArrayList<>();
        private long duration;
        private int position;

        SequenceRun(Call call, List<QualifiedName> components, Consumer<Finished> done) {
            this.call = call;
            this.components = components;
            this.done = done;
        }

        void next(JsonObject input) {
            ResolvedAction component = resolver.resolve(components.get(position));
            Optional<ActivationId> id = call.run().nextId();
            if (component == null || id.isEmpty() || position >= MAX_COMPONENTS) {
                String why =
                        component == null ? "Sequence component does not exist." : "Too many actions in the sequence.";
                end(ActivationStatus.APPLICATION_ERROR, error(why));
                return;
            }
            position++;
            run(new Call(call.run(), component, input, call.key(), id.get(), Optional.of(call.id())), this::ran);
        }

        private void ran(Finished finished) {
            Activation activation = finished.activation();
            call.run().add(finished);
            ids.add(activation.id().hex());
            duration += activation.end().orElse(activation.start()) - activation.start();
            JsonObject result = JsonObject.trusted(finished.resultText());
            if (activation.success() && position < components.size()) {
                next(result);
            } else {
                end(activation.status(), result);
            }
        }

        private void end(ActivationStatus status, JsonObject result) {
            List<KeyValue> annotations = annotations(call, start);
            annotations.add(
                    new KeyValue("topmost", BooleanNode.valueOf(call.cause().isEmpty())));
            done.accept(new Finished(
                    activation(call, start, start + duration, status, result, annotations, ids),
                    call.action().listName(),
                    result.text()));
        }
    }
}
