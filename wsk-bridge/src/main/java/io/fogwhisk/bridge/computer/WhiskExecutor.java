package io.fogwhisk.bridge.computer;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.bridge.wire.Envelope;
import io.fogwhisk.bridge.wire.HttpAnswer;
import io.fogwhisk.bridge.wire.HttpAsk;
import io.fogwhisk.bridge.wire.LambdaName;
import io.fogwhisk.bridge.wire.ReplyForm;
import io.fogwhisk.edge.computer.LambdaExecutor;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.Retcode;
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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs lambdas on an OpenWhisk: fires triggers, invokes actions, asks web actions and reads activation records, each
 * with the caller's key. Thread-safe.
 */
final class WhiskExecutor implements LambdaExecutor {

    private static final int MAX_REMEMBERED = 10_000;
    private static final String NO_KEY =
            "The resource requires authentication, which was not supplied with the request";
    private static final String WRONG_KEY = "The supplied authentication is invalid";

    private final OpenWhisk whisk;
    private final @Nullable RestRelay relay;
    private final @Nullable AuthKey defaultKey;
    private final LongSupplier nanoClock;
    private final Durations durations = new Durations();
    private final Map<String, AuthKey> keys = new ConcurrentHashMap<>();
    private final Map<String, LambdaName> names = new ConcurrentHashMap<>();

    WhiskExecutor(WhiskSite site, LongSupplier nanoClock) {
        this.whisk = site.calls();
        this.relay = site.rest().map(RestRelay::new).orElse(null);
        this.defaultKey = site.defaultKey().orElse(null);
        this.nanoClock = nanoClock;
    }

    @Override
    public CompletionStage<LambdaResult> run(LambdaCall call) {
        if (LambdaName.readsActivations(call.name())) {
            return activation(call);
        }
        ReplyForm form = ReplyForm.of(call.reply());
        LambdaName target;
        try {
            target = remembered(names, call.name(), LambdaName::parse);
        } catch (WskException e) {
            return refused(form, 400, String.valueOf(e.getMessage()));
        }
        return switch (target.kind()) {
            case WEB -> web(target, call);
            case TRIGGER -> whisk(target, call, form, WhiskExecutor::enveloped);
            case ACTION ->
                whisk(
                        target,
                        call,
                        form,
                        form == ReplyForm.PAYLOAD ? WhiskExecutor::payload : WhiskExecutor::enveloped);
        };
    }

    @Override
    public int estimateMillis(String lambda) {
        return durations.estimate(lambda);
    }

    private CompletionStage<LambdaResult> whisk(
            LambdaName target, LambdaCall call, ReplyForm form, Function<Outcome, LambdaResult> answer) {
        AuthKey key;
        try {
            key = key(call, defaultKey);
        } catch (WskException e) {
            return answered(answer, 401, String.valueOf(e.getMessage()));
        }
        JsonObject input;
        try {
            input = call.input().isEmpty() ? JsonObject.empty() : JsonObject.parse(call.input());
        } catch (WskException e) {
            return answered(answer, 400, "The request content was malformed:\n" + e.getMessage());
        }
        if (target.kind() == LambdaName.Kind.TRIGGER) {
            return whisk.fire(key, target.entity(), input).thenApply(answer);
        }
        if (form == ReplyForm.ACCEPTED) {
            return whisk.invoke(key, target.entity(), input, false).thenApply(answer);
        }
        long startedAt = nanoClock.getAsLong();
        return whisk.invoke(key, target.entity(), input, true).thenApply(outcome -> {
            if (outcome instanceof Outcome.Completed) {
                durations.add(call.name(), nanoClock.getAsLong() - startedAt);
            }
            return answer.apply(outcome);
        });
    }

    private CompletionStage<LambdaResult> web(LambdaName target, LambdaCall call) {
        RestRelay known = relay;
        if (known == null) {
            return notHere(call);
        }
        HttpAsk ask;
        try {
            ask = HttpAsk.read(call.input(), call.data());
        } catch (WskException e) {
            return failure(400, e);
        }
        long startedAt = nanoClock.getAsLong();
        return known.web(target.entity(), ask, call.authorization()).thenApply(answer -> {
            durations.add(call.name(), nanoClock.getAsLong() - startedAt);
            return written(answer);
        });
    }

    private CompletionStage<LambdaResult> activation(LambdaCall call) {
        RestRelay known = relay;
        if (known == null) {
            return notHere(call);
        }
        AuthKey key;
        try {
            // Records hold what others sent and got: the key for callers without one does not open them.
            key = key(call, null);
        } catch (WskException e) {
            return failure(401, e);
        }
        try {
            return known.activation(HttpAsk.read(call.input(), call.data()), key)
                    .thenApply(WhiskExecutor::written);
        } catch (WskException e) {
            return failure(400, e);
        }
    }

    /**
     * The caller's key.
     *
     * @throws WskException if the caller has none and there is none for such, or if it is malformed
     */
    private AuthKey key(LambdaCall call, @Nullable AuthKey withoutOne) {
        AuthKey key = withoutOne;
        if (call.authorization().isPresent()) {
            try {
                key = remembered(keys, call.authorization().get(), AuthKey::fromBasicHeader);
            } catch (WskException e) {
                throw new WskException(WRONG_KEY, e);
            }
        }
        if (key == null) {
            throw new WskException(NO_KEY);
        }
        return key;
    }

    private static CompletionStage<LambdaResult> notHere(LambdaCall call) {
        return CompletableFuture.completedStage(LambdaResult.failed(
                Retcode.NO_CONTAINER + call.name() + " found in a computer without a REST API behind it"));
    }

    private static CompletionStage<LambdaResult> failure(int statusCode, WskException cause) {
        return CompletableFuture.completedStage(
                written(HttpAnswer.failure(statusCode, String.valueOf(cause.getMessage()))));
    }

    private static LambdaResult written(HttpAnswer answer) {
        return new LambdaResult.Done(answer.output(), answer.body(), "", 0, 0, 0);
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
        } else if (outcome instanceof Outcome.Unavailable unavailable) {
            statusCode = unavailable.statusCode();
        } else {
            statusCode = 202;
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
