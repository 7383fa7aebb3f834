package io.fogwhisk.bridge.computer;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.bridge.wire.Envelope;
import io.fogwhisk.bridge.wire.LambdaName;
import io.fogwhisk.bridge.wire.ReplyForm;
import io.fogwhisk.edge.computer.LambdaExecutor;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs lambdas on an OpenWhisk: fires triggers, invokes actions, each with the caller's key. Thread-safe. */
final class WhiskExecutor implements LambdaExecutor {

    private static final int MAX_REMEMBERED = 10_000;
    private static final String NO_KEY =
            "The resource requires authentication, which was not supplied with the request";

    private final OpenWhisk whisk;
    private final @Nullable AuthKey defaultKey;
    private final Map<String, AuthKey> keys = new ConcurrentHashMap<>();
    private final Map<String, LambdaName> names = new ConcurrentHashMap<>();

    WhiskExecutor(OpenWhisk whisk, @Nullable AuthKey defaultKey) {
        this.whisk = whisk;
        this.defaultKey = defaultKey;
    }

    @Override
    public CompletionStage<LambdaResult> run(LambdaCall call) {
        ReplyForm form = ReplyForm.of(call.reply());
        LambdaName target;
        try {
            target = remembered(names, call.name(), LambdaName::parse);
        } catch (WskException e) {
            return refused(form, 400, String.valueOf(e.getMessage()));
        }
        Function<Outcome, LambdaResult> answer =
                target.trigger() || form != ReplyForm.PAYLOAD ? WhiskExecutor::enveloped : WhiskExecutor::payload;
        AuthKey key;
        try {
            key = call.authorization().isPresent()
                    ? remembered(keys, call.authorization().get(), AuthKey::fromBasicHeader)
                    : defaultKey;
        } catch (WskException e) {
            return answered(answer, 401, "The supplied authentication is invalid");
        }
        if (key == null) {
            return answered(answer, 401, NO_KEY);
        }
        JsonObject input;
        try {
            input = call.input().isEmpty() ? JsonObject.empty() : JsonObject.parse(call.input());
        } catch (WskException e) {
            return answered(answer, 400, "The request content was malformed:\n" + e.getMessage());
        }
        CompletionStage<Outcome> outcome = target.trigger()
                ? whisk.fire(key, target.entity(), input)
                : whisk.invoke(key, target.entity(), input, form != ReplyForm.ACCEPTED);
        return outcome.thenApply(answer);
    }

    private static CompletionStage<LambdaResult> refused(ReplyForm form, int statusCode, String message) {
        return answered(
                form == ReplyForm.PAYLOAD ? WhiskExecutor::payload : WhiskExecutor::enveloped, statusCode, message);
    }

    private static CompletionStage<LambdaResult> answered(
            Function<Outcome, LambdaResult> answer, int statusCode, String message) {
        return CompletableFuture.completedStage(answer.apply(new Outcome.Rejected(statusCode, message)));
    }

    private static LambdaResult enveloped(Outcome outcome) {
        return LambdaResult.done(Envelope.write(outcome));
    }

    /** What the foreign {@code edgecomputerwsk} answers. */
    private static LambdaResult payload(Outcome outcome) {
        int statusCode;
        if (outcome instanceof Outcome.Completed completed) {
            Activation activation = completed.activation();
            statusCode = Envelope.statusCode(activation);
            if (statusCode == 200) {
                JsonNode payload = activation.result().path("payload");
                return payload.isTextual()
                        ? LambdaResult.done(payload.textValue())
                        : LambdaResult.failed("unexpected body: payload field missing");
            }
        } else if (outcome instanceof Outcome.Rejected rejected) {
            statusCode = rejected.statusCode();
        } else {
            statusCode = outcome instanceof Outcome.Accepted ? 202 : 503;
        }
        return LambdaResult.failed("unexpected HTTP response: " + statusCode);
    }

    private static <T> T remembered(Map<String, T> map, String text, Function<String, T> reader) {
        T known = map.get(text);
        if (known == null) {
            known = reader.apply(text);
            if (map.size() >= MAX_REMEMBERED) {
                map.clear();
            }
            map.put(text, known);
        }
        return known;
    }
}
