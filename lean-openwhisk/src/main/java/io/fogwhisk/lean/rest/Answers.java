package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Turns what became of a fire or an invocation into its HTTP answer, when it is known. */
final class Answers {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Executor executor;

    /** Answers on an executor: outcomes come on the thread that commits, which must not wait for a slow client. */
    Answers(Executor executor) {
        this.executor = executor;
    }

    /**
     * Answers when the outcome is there; no thread waits for it.
     *
     * @param resultOnly whether a caller who waited wants the result, not the record
     */
    void when(Context context, CompletionStage<Outcome> pending, boolean resultOnly) {
        when(context, pending, outcome -> answer(context, outcome, resultOnly));
    }

    /** Answers when what is pending is there, in the caller's own way; no thread waits for it. */
    <T> void when(Context context, CompletionStage<T> pending, Consumer<T> answer) {
        context.future(() -> pending.thenAcceptAsync(
                        outcome -> RestApi.answering(context, () -> answer.accept(outcome)), executor)
                .toCompletableFuture());
    }

    /** Says which activation an answer is about. */
    static void activationId(Context context, ActivationId id) {
        context.header("x-openwhisk-activation-id", id.hex());
    }

    private static void answer(Context context, Outcome outcome, boolean resultOnly) {
        if (outcome instanceof Outcome.Accepted accepted) {
            if (accepted.activationId().isEmpty()) {
                context.status(204);
                return;
            }
            ActivationId id = accepted.activationId().get();
            activationId(context, id);
            json(context, 202, NODES.objectNode().put("activationId", id.hex()));
        } else if (outcome instanceof Outcome.Completed completed) {
            Activation activation = completed.activation();
            activationId(context, activation.id());
            int status =
                    activation.success() ? 200 : activation.status() == ActivationStatus.INTERNAL_ERROR ? 500 : 502;
            // A list has no room for a record around it.
            boolean bare = resultOnly || activation.result().isArray();
            json(context, status, bare ? activation.result() : record(activation));
        } else if (outcome instanceof Outcome.Rejected rejected) {
            RestApi.error(context, rejected.statusCode(), rejected.message());
        } else if (outcome instanceof Outcome.Unavailable unavailable) {
            RestApi.error(context, unavailable.statusCode(), unavailable.message());
        }
    }

    /** The record as a blocking call answers it, complete with its logs. */
    private static ObjectNode record(Activation activation) {
        ObjectNode json = activation.toJson();
        ObjectNode response = json.withObject("/response");
        response.put("size", activation.result().toString().getBytes(StandardCharsets.UTF_8).length);
        return json;
    }

    private static void json(Context context, int status, JsonNode body) {
        context.status(status).contentType("application/json").result(body.toString());
    }
}
