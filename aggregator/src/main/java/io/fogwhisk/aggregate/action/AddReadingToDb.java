package io.fogwhisk.aggregate.action;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.PointWriter;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.aggregate.influx.WriteAnswer;
import io.fogwhisk.aggregate.influx.WriteOutcome;
import io.fogwhisk.aggregate.outbox.SetAside;
import io.fogwhisk.aggregate.reading.Message;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.action.InProcessAction;
import io.fogwhisk.wsk.action.TryAgainException;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Stores a reading in the local database. The activation ends when the reading is stored, is durable in the outbox, or
 * is durably set aside; its result says which:
 *
 * <ul>
 *   <li>{@code {"points": n}} stored; with {@code "setAside": [reason, …]} if some keys could not be
 *   <li>{@code {"queued": n, "reason": …}} in the outbox; with {@code error} instead of {@code reason} if a setting is
 *       wrong
 *   <li>{@code {"error": …}} set aside
 *   <li>{@code {"ignored": "status"}} nothing to store
 * </ul>
 *
 * <p>When none of that can be done before the deadline, because the database is away and the outbox is full or its disk
 * is, the stage fails with {@link TryAgainException}: the invocation stays queued and the reading is not given up.
 */
public final class AddReadingToDb implements InProcessAction {

    /** Time that is kept to say that there was not enough. */
    private static final long MARGIN_MILLIS = 1_000;

    private final PointWriter writer;
    private final Supplier<SetAside> setAside;
    private final Clock clock;

    /**
     * The action.
     *
     * @param setAside where to keep what can never be stored; asked at run time, when the outbox is open
     * @param clock the one that deadlines are told by
     */
    public AddReadingToDb(PointWriter writer, Supplier<SetAside> setAside, Clock clock) {
        this.writer = writer;
        this.setAside = setAside;
        this.clock = clock;
    }

    @Override
    public CompletionStage<JsonObject> run(JsonObject params, ActivationContext context) {
        return inTime(settle(params, context), context);
    }

    private CompletionStage<JsonObject> settle(JsonObject params, ActivationContext context) {
        Message message = Message.read(params, context.acceptedNanos());
        if (message instanceof Message.Good good) {
            return store(good, params, context);
        }
        if (message instanceof Message.Bad bad) {
            return keep(context, bad.reason(), bad.payload()).thenApply(kept -> error(bad.reason()));
        }
        return CompletableFuture.completedFuture(JsonObject.adopt(object().put("ignored", "status")));
    }

    private CompletionStage<JsonObject> store(Message.Good message, JsonObject params, ActivationContext context) {
        InfluxTarget target;
        try {
            target = TargetParams.target(params.tree(), "influx");
        } catch (AggregateException e) {
            String reason = String.valueOf(e.getMessage());
            return keep(context, reason, message.payload()).thenApply(kept -> error(reason));
        }
        Points points = message.reading().points();
        CompletionStage<JsonObject> stored = writer.write(target, points, context.deadline())
                .thenCompose(outcome -> result(outcome, points, message, context));
        if (message.faults().isEmpty()) {
            return stored;
        }
        return keep(context, String.join("; ", message.faults()), message.payload())
                .thenCombine(stored, (kept, result) -> withFaults(result, message.faults()));
    }

    private CompletionStage<JsonObject> result(
            WriteOutcome outcome, Points points, Message.Good message, ActivationContext context) {
        if (outcome instanceof WriteOutcome.Queued queued) {
            WriteAnswer.NotNow failure = queued.failure();
            return CompletableFuture.completedFuture(JsonObject.adopt(object().put("queued", points.count())
                    .put(failure.configuration() ? "error" : "reason", failure.reason())));
        }
        if (outcome instanceof WriteOutcome.Rejected rejected) {
            String reason = "the database refuses the reading: " + rejected.reason();
            return keep(context, reason, message.payload()).thenApply(kept -> error(reason));
        }
        if (outcome instanceof WriteOutcome.Refused refused) {
            return CompletableFuture.failedFuture(
                    new TryAgainException("the reading cannot be stored now: " + refused.reason()));
        }
        return CompletableFuture.completedFuture(JsonObject.adopt(object().put("points", points.count())));
    }

    /** An activation that is cut off is over, and its reading with it: what takes too long is run again instead. */
    private CompletionStage<JsonObject> inTime(CompletionStage<JsonObject> stage, ActivationContext context) {
        CompletableFuture<JsonObject> result = stage.toCompletableFuture();
        if (result.isDone()) {
            return result;
        }
        long left = Duration.between(clock.instant(), context.deadline()).toMillis();
        long wait = Math.max(1, left - Math.min(MARGIN_MILLIS, left / 5));
        return result.orTimeout(wait, TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException
                                ? new TryAgainException("the reading was neither stored nor queued in time", failure)
                                : failure));
    }

    private CompletionStage<Void> keep(ActivationContext context, String reason, String payload) {
        return setAside.get().put(context.activationId().hex(), reason, payload).exceptionallyCompose(failure -> {
            String why = "the reading cannot be set aside now: " + failure.getMessage();
            return CompletableFuture.failedFuture(new TryAgainException(why, failure));
        });
    }

    private static JsonObject withFaults(JsonObject result, List<String> faults) {
        ObjectNode copy = result.copy();
        faults.forEach(copy.putArray("setAside")::add);
        return JsonObject.adopt(copy);
    }

    private static JsonObject error(String reason) {
        return JsonObject.adopt(object().put("error", reason));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
