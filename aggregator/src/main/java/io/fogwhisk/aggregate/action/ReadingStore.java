package io.fogwhisk.aggregate.action;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.aggregate.influx.InfluxTarget;
import io.fogwhisk.aggregate.influx.PointWriter;
import io.fogwhisk.aggregate.influx.Points;
import io.fogwhisk.aggregate.influx.WriteAnswer;
import io.fogwhisk.aggregate.influx.WriteOutcome;
import io.fogwhisk.aggregate.outbox.SetAside;
import io.fogwhisk.aggregate.reading.Message;
import io.fogwhisk.wsk.action.TryAgainException;
import io.fogwhisk.wsk.model.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Brings one message to its end: stored, in the outbox, or set aside. */
final class ReadingStore {

    /** What is said of a message that is no reading. */
    static final JsonObject IGNORED = JsonObject.parse("{\"ignored\":\"status\"}");

    private final PointWriter writer;
    private final Supplier<SetAside> setAside;

    ReadingStore(PointWriter writer, Supplier<SetAside> setAside) {
        this.writer = writer;
        this.setAside = setAside;
    }

    /**
     * Stores a message.
     *
     * @param source what it came from; the same whenever it comes again
     * @return completes with what became of it, exceptionally with {@link TryAgainException}
     */
    CompletionStage<JsonObject> settle(InfluxTarget target, Message message, String source, Instant deadline) {
        if (message instanceof Message.Good good) {
            return store(target, good, source, deadline);
        }
        if (message instanceof Message.Bad bad) {
            return setAside(source, bad.reason(), bad.payload());
        }
        return CompletableFuture.completedFuture(IGNORED);
    }

    /**
     * Stores the messages of a batch, each of which comes to its own end.
     *
     * @param source what the batch came from; the same whenever it comes again
     * @return completes with the sum of what became of them when all are settled, exceptionally with {@link
     *     TryAgainException}
     */
    CompletionStage<JsonObject> settle(InfluxTarget target, List<Message> messages, String source, Instant deadline) {
        List<CompletableFuture<JsonObject>> apart = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>(messages.size());
        List<Points> points = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof Message.Good good && good.faults().isEmpty()) {
                numbers.add(i);
                points.add(good.reading().points());
            } else {
                apart.add(settle(target, messages.get(i), part(source, i), deadline)
                        .toCompletableFuture());
            }
        }
        if (points.isEmpty()) {
            return sum(0, apart);
        }
        return writer.write(target, points, deadline).thenCompose(outcomes -> {
            long stored = 0;
            for (int i = 0; i < outcomes.size(); i++) {
                int number = numbers.get(i);
                if (outcomes.get(i) instanceof WriteOutcome.Stored) {
                    stored += points.get(i).count();
                } else if (messages.get(number) instanceof Message.Good good) {
                    apart.add(result(outcomes.get(i), points.get(i), good, part(source, number))
                            .toCompletableFuture());
                }
            }
            return sum(stored, apart);
        });
    }

    /** Whether many readings could be stored soon. */
    boolean hasRoom() {
        return writer.hasRoom();
    }

    /** Sets a payload aside; completes with the error. */
    CompletionStage<JsonObject> setAside(String source, String reason, String payload) {
        return keep(source, reason, payload).thenApply(kept -> JsonObject.adopt(object().put("error", reason)));
    }

    private static CompletionStage<JsonObject> sum(long stored, List<CompletableFuture<JsonObject>> apart) {
        return CompletableFuture.allOf(apart.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> BatchResult.of(
                        stored, apart.stream().map(CompletableFuture::join).toList()));
    }

    private static String part(String source, int number) {
        return source + "-" + number;
    }

    private CompletionStage<JsonObject> store(
            InfluxTarget target, Message.Good message, String source, Instant deadline) {
        Points points = message.reading().points();
        CompletionStage<JsonObject> stored =
                writer.write(target, points, deadline).thenCompose(outcome -> result(outcome, points, message, source));
        if (message.faults().isEmpty()) {
            return stored;
        }
        return keep(source, String.join("; ", message.faults()), message.payload())
                .thenCombine(stored, (kept, result) -> withFaults(result, message.faults()));
    }

    private CompletionStage<JsonObject> result(
            WriteOutcome outcome, Points points, Message.Good message, String source) {
        if (outcome instanceof WriteOutcome.Queued queued) {
            WriteAnswer.NotNow failure = queued.failure();
            return CompletableFuture.completedFuture(JsonObject.adopt(object().put("queued", points.count())
                    .put(failure.configuration() ? "error" : "reason", failure.reason())));
        }
        if (outcome instanceof WriteOutcome.Rejected rejected) {
            return setAside(source, "the database refuses the reading: " + rejected.reason(), message.payload());
        }
        if (outcome instanceof WriteOutcome.Refused refused) {
            return CompletableFuture.failedFuture(
                    new TryAgainException("the reading cannot be stored now: " + refused.reason()));
        }
        return CompletableFuture.completedFuture(JsonObject.adopt(object().put("points", points.count())));
    }

    private CompletionStage<Void> keep(String source, String reason, String payload) {
        return setAside.get().put(source, reason, payload).exceptionallyCompose(failure -> {
            String why = "the reading cannot be set aside now: " + failure.getMessage();
            return CompletableFuture.failedFuture(new TryAgainException(why, failure));
        });
    }

    private static JsonObject withFaults(JsonObject result, List<String> faults) {
        ObjectNode copy = result.copy();
        faults.forEach(copy.putArray("setAside")::add);
        return JsonObject.adopt(copy);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
