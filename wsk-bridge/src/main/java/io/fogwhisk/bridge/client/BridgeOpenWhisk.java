package io.fogwhisk.bridge.client;

import com.google.protobuf.ByteString;
import io.fogwhisk.bridge.wire.Envelope;
import io.fogwhisk.bridge.wire.LambdaName;
import io.fogwhisk.bridge.wire.ReplyForm;
import io.fogwhisk.edge.rpc.EdgeClient;
import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An OpenWhisk that is somewhere behind an edge domain: a trigger is fired and an action invoked as a lambda, and the
 * router knows who runs it. The caller's key travels along as metadata.
 *
 * <p>Threads: calls return at once; stages complete on the network's thread, or, when everything is in one process, on
 * the thread of the OpenWhisk.
 */
public final class BridgeOpenWhisk implements OpenWhisk {

    private final BridgeConfig config;
    private final IdentityCache identities;
    private final EdgeClient client;

    /** An OpenWhisk behind a router; nothing is dialled before the first call. */
    public BridgeOpenWhisk(BridgeConfig config, Identities identities, EdgeTransport transport) {
        this.config = Objects.requireNonNull(config, "config is null");
        this.identities = new IdentityCache(Objects.requireNonNull(identities, "identities is null"));
        this.client = new EdgeClient(transport);
    }

    @Override
    public CompletionStage<Outcome> fire(AuthKey key, QualifiedName trigger, JsonObject payload) {
        return inNamespace(
                key,
                trigger,
                namespace -> send(
                        key,
                        LambdaName.ofTrigger(namespace, trigger.name()),
                        payload,
                        Optional.empty(),
                        BridgeOpenWhisk::fired));
    }

    @Override
    public CompletionStage<Outcome> invoke(AuthKey key, QualifiedName action, JsonObject params, boolean blocking) {
        long startedAt = System.currentTimeMillis();
        ReplyForm form = blocking ? ReplyForm.COMPLETED : ReplyForm.ACCEPTED;
        return inNamespace(
                key,
                action,
                namespace -> send(
                        key,
                        LambdaName.ofAction(namespace, action.packageName(), action.name()),
                        params,
                        form.wish(),
                        result -> new ForeignAnswer(namespace, action, startedAt).outcome(result)));
    }

    private CompletionStage<Outcome> inNamespace(
            AuthKey key, QualifiedName name, Function<String, CompletionStage<Outcome>> call) {
        if (!name.namespace().equals(QualifiedName.DEFAULT_NAMESPACE)) {
            return call.apply(name.namespace());
        }
        String known = identities.known(key);
        if (known != null) {
            return call.apply(known);
        }
        BiFunction<@Nullable Optional<String>, @Nullable Throwable, CompletionStage<Outcome>> next =
                (namespace, failure) -> {
                    if (namespace == null) {
                        return completed(new Outcome.Unavailable("cannot tell whose the key is: "
                                + (failure == null ? "no answer" : failure.getMessage())));
                    }
                    return namespace.isPresent()
                            ? call.apply(namespace.get())
                            : completed(new Outcome.Rejected(401, "The supplied authentication is invalid"));
                };
        return identities.ask(key).handle(next).thenCompose(Function.identity());
    }

    private CompletionStage<Outcome> send(
            AuthKey key,
            String lambda,
            JsonObject input,
            Optional<String> reply,
            Function<LambdaResult, Outcome> outcome) {
        LambdaCall call = new LambdaCall(
                lambda,
                input.text(),
                ByteString.EMPTY,
                false,
                false,
                0,
                "",
                Optional.of(identities.header(key)),
                reply);
        try {
            return client.call(config.routerEndpoint(), call, config.timeout()).thenApply(outcome);
        } catch (EdgeException e) {
            return completed(new Outcome.Unavailable(String.valueOf(e.getMessage())));
        }
    }

    private static Outcome fired(LambdaResult result) {
        if (result instanceof LambdaResult.Done done) {
            return Envelope.holds(done.output())
                    ? opened(done)
                    : new Outcome.Unavailable(
                            "edge computer " + done.responder() + " cannot fire triggers: it ran the lambda itself");
        }
        String retcode = ((LambdaResult.Failed) result).retcode();
        return Retcode.saysUnavailable(retcode)
                ? new Outcome.Unavailable(retcode)
                : ForeignAnswer.statusCode(retcode)
                        .map(code -> Envelope.failure(code, retcode))
                        .orElse(new Outcome.Unavailable(retcode));
    }

    static Outcome opened(LambdaResult.Done done) {
        try {
            return Envelope.read(done.output());
        } catch (WskException e) {
            return new Outcome.Unavailable(
                    "edge computer " + done.responder() + " answered what cannot be understood: " + e.getMessage());
        }
    }

    private static CompletionStage<Outcome> completed(Outcome outcome) {
        return CompletableFuture.completedStage(outcome);
    }
}
