package io.fogwhisk.aggregate.action;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.AggregateException;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.PointWriter;
import io.fogwhisk.aggregate.outbox.SetAside;
import io.fogwhisk.aggregate.reading.Message;
import io.fogwhisk.aggregate.reading.ReadingRules;
import io.fogwhisk.wsk.action.ActivationContext;
import io.fogwhisk.wsk.action.InProcessAction;
import io.fogwhisk.wsk.action.TryAgainException;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
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
 * <p>So does a batch, {@code {"messages": [...]}}, whose messages come to their ends one by one: its result is the sum of
 * theirs, with {@code setAsideCount} and the first reasons.
 *
 * <p>How a reading becomes points is told by parameters: {@link ReadingRules}.
 *
 * <p>When none of that can be done before the deadline, because the database is away and the outbox is full or its disk
 * is, the stage fails with {@link TryAgainException}: the invocation stays queued and the reading is not given up.
 */
public final class AddReadingToDb implements InProcessAction {

    private static final String MESSAGES = "messages";

    /** Time that is kept to say that there was not enough. */
    private static final long MARGIN_MILLIS = 1_000;

    private final ReadingStore store;
    private final Clock clock;

    /**
     * The action.
     *
     * @param setAside where to keep what can never be stored; asked at run time, when the outbox is open
     * @param clock the one that deadlines are told by
     */
    public AddReadingToDb(PointWriter writer, Supplier<SetAside> setAside, Clock clock) {
        this.store = new ReadingStore(writer, setAside);
        this.clock = clock;
    }

    @Override
    public CompletionStage<JsonObject> run(JsonObject params, ActivationContext context) {
        return inTime(settle(params, context), context);
    }

    private CompletionStage<JsonObject> settle(JsonObject params, ActivationContext context) {
        String source = context.activationId().hex();
        InfluxTarget target;
        ReadingRules rules;
        try {
            target = Params.target(params.tree(), "influx", context.namespace());
            rules = ReadingRules.of(params.tree());
        } catch (AggregateException e) {
            return misconfigured(params, source, String.valueOf(e.getMessage()));
        }
        if (params.tree().get(MESSAGES) instanceof ArrayNode messages) {
            return batch(target, rules, messages, context);
        }
        Message message = Message.read(params, rules, context.acceptedNanos());
        return store.settle(target, message, source, context.deadline());
    }

    /** Each message comes to its own end; the batch is over when all have. */
    private CompletionStage<JsonObject> batch(
            InfluxTarget target, ReadingRules rules, ArrayNode messages, ActivationContext context) {
        if (!store.hasRoom()) {
            // Before all of them are read in vain.
            return CompletableFuture.failedFuture(
                    new TryAgainException("the readings cannot be stored now: too many points wait to be written"));
        }
        List<Message> read = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            // Readings without a time of their own must not fall on each other, and must do the same when run again.
            read.add(
                    messages.get(i) instanceof ObjectNode each
                            ? Message.read(JsonObject.adopt(each), rules, context.acceptedNanos() + i)
                            : new Message.Bad(
                                    "a message of a batch must be an object",
                                    messages.get(i).toString()));
        }
        return store.settle(target, read, context.activationId().hex(), context.deadline());
    }

    private CompletionStage<JsonObject> misconfigured(JsonObject params, String source, String reason) {
        if (params.tree().get(MESSAGES) instanceof ArrayNode messages) {
            return store.setAside(source, reason, messages.toString());
        }
        Message message = Message.read(params, 0);
        if (message instanceof Message.Good good) {
            return store.setAside(source, reason, good.payload());
        }
        return message instanceof Message.Bad bad
                ? store.setAside(source, bad.reason(), bad.payload())
                : CompletableFuture.completedFuture(ReadingStore.IGNORED);
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
}
