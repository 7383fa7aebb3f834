package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationStatus;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

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
        context.future(() -> pending.thenAcceptAsync(
                        outcome -> RestApi.answering(context, () -> answer(context, outcome, resultOnly)), executor)
                .toCompletableFuture());
    }

    private static void answer(Context context, Outcome outcome, boolean resultOnly) {
        if (outcome instanceof Outcome.Accepted accepted) {
            if (accepted.activationId().isEmpty()) {
                context.status(204);
                return;
            }
            String id = accepted.activationId().get().hex();
            context.header("x-openwhisk-activation-id", id);
            json(context, 202, NODES.objectNode().put("activationId", id));
        } else if (outcome instanceof Outcome.Completed completed) {
            Activation activation = completed.activation();
            context.header("x-openwhisk-activation-id", activation.id().hex());
            int status =
                    activation.success() ? 200 : activation.status() == ActivationStatus.INTERNAL_ERROR ? 500 : 502;
            json(context, status, resultOnly ? activation.result() : record(activation));
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
