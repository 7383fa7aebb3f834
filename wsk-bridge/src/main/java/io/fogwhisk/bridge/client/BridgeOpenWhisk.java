package io.fogwhisk.bridge.client;

import com.google.protobuf.ByteString;
import io.fogwhisk.bridge.wire.Envelope;
import io.fogwhisk.bridge.wire.HttpAnswer;
import io.fogwhisk.bridge.wire.HttpAsk;
import io.fogwhisk.bridge.wire.LambdaName;
import io.fogwhisk.bridge.wire.ReplyForm;
import io.fogwhisk.edge.rpc.EdgeTransport;
import io.fogwhisk.edge.rpc.LambdaCall;
import io.fogwhisk.edge.rpc.LambdaResult;
import io.fogwhisk.edge.rpc.Retcode;
import io.fogwhisk.wsk.Identities;
import io.fogwhisk.wsk.OpenWhisk;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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

    private static final int MAX_KEYS = 10_000;

    private final DomainClient domain;
    private final Identities identities;
    private final @Nullable ActivationPlaces places;
    private final Map<AuthKey, String> headers = new ConcurrentHashMap<>();

    /** An OpenWhisk behind a router; nothing is dialled before the first call. */
    public BridgeOpenWhisk(BridgeConfig config, Identities identities, EdgeTransport transport) {
        this(new DomainClient(config, transport), identities, Optional.empty());
    }

    /**
     * An OpenWhisk behind a router.
     *
     * @param places told which computer has which activation; empty if nobody wants to know
     */
    public BridgeOpenWhisk(DomainClient domain, Identities identities, Optional<ActivationPlaces> places) {
        this.domain = Objects.requireNonNull(domain, "domain is null");
        this.identities = new CachedIdentities(identities, System::nanoTime);
        this.places = places.orElse(null);
    }

    /** The computer that has an activation which began with a call of ours, if it is known. */
    public Optional<String> placeOf(ActivationId id) {
        return places == null ? Optional.empty() : places.find(id);
    }

    @Override
    public CompletionStage<Outcome> fire(AuthKey key, QualifiedName trigger, JsonObject payload) {
        return inNamespace(key, trigger, namespace -> fire(key, namespace, trigger, payload));
    }

    @Override
    public CompletionStage<Outcome> invoke(AuthKey key, QualifiedName action, JsonObject params, boolean blocking) {
        return inNamespace(key, action, namespace -> invoke(key, namespace, action, params, blocking));
    }

    /** Fires a trigger; {@code namespace} is the caller's, for a name that leaves it open. */
    public CompletionStage<Outcome> fire(AuthKey key, String namespace, QualifiedName trigger, JsonObject payload) {
        String lambda = LambdaName.ofTrigger(trigger.resolve(namespace).namespace(), trigger.name());
        return send(key, lambda, payload, Optional.empty()).thenApply(result -> ended(result, fired(result)));
    }

    /**
     * Invokes an action.
     *
     * @param namespace of the caller. If the action's name leaves it open and nobody has the action in the caller's
     *     namespace, a lambda that is called as the action alone may run instead: one that is no action of an OpenWhisk
     */
    public CompletionStage<Outcome> invoke(
            AuthKey key, String namespace, QualifiedName action, JsonObject params, boolean blocking) {
        long startedAt = System.currentTimeMillis();
        QualifiedName resolved = action.resolve(namespace);
        Optional<String> form = (blocking ? ReplyForm.COMPLETED : ReplyForm.ACCEPTED).wish();
        String lambda = LambdaName.ofAction(resolved.namespace(), resolved.packageName(), resolved.name());
        CompletionStage<LambdaResult> stage = send(key, lambda, params, form);
        boolean open = action.namespace().equals(QualifiedName.DEFAULT_NAMESPACE)
                && action.packageName().isEmpty();
        if (open) {
            stage = stage.thenCompose(result ->
                    isNowhere(result) ? bare(action, params, result) : CompletableFuture.completedStage(result));
        }
        return stage.thenApply(
                result -> ended(result, new ForeignAnswer(namespace, resolved, startedAt).outcome(result)));
    }

    /**
     * Asks by HTTP through the domain.
     *
     * @param authorization who asks, if they say so; a secret
     * @return empty if nobody in the domain has the lambda; a failure of the domain is an answer
     */
    public CompletionStage<Optional<HttpAnswer>> ask(String lambda, HttpAsk ask, Optional<String> authorization) {
        LambdaCall call =
                new LambdaCall(lambda, ask.input(), ask.body(), false, false, 0, "", authorization, Optional.empty());
        return domain.call(call).thenApply(BridgeOpenWhisk::answered);
    }

    private static Optional<HttpAnswer> answered(LambdaResult result) {
        if (isNowhere(result)) {
            return Optional.empty();
        }
        if (result instanceof LambdaResult.Done done) {
            try {
                return Optional.of(HttpAnswer.read(done.output(), done.data()));
            } catch (WskException e) {
                return Optional.of(HttpAnswer.failure(
                        503,
                        "edge computer " + done.responder() + " answered what cannot be understood: "
                                + e.getMessage()));
            }
        }
        String retcode = ((LambdaResult.Failed) result).retcode();
        int statusCode = retcode.startsWith(Retcode.FULL) ? Outcome.TOO_MANY_REQUESTS : 503;
        return Optional.of(HttpAnswer.failure(statusCode, retcode));
    }

    private static boolean isNowhere(LambdaResult result) {
        return result instanceof LambdaResult.Failed failed
                && (failed.retcode().equals(Retcode.NO_DESTINATION)
                        || failed.retcode().startsWith(Retcode.NO_CONTAINER));
    }

    /** Nobody who runs such a lambda has a use for the caller's key. */
    private CompletionStage<LambdaResult> bare(QualifiedName action, JsonObject params, LambdaResult first) {
        return domain.call(LambdaCall.of(action.name(), params.text()))
                .thenApply(second -> isNowhere(second) ? first : second);
    }

    private CompletionStage<Outcome> inNamespace(
            AuthKey key, QualifiedName name, Function<String, CompletionStage<Outcome>> call) {
        if (!name.namespace().equals(QualifiedName.DEFAULT_NAMESPACE)) {
            return call.apply(name.namespace());
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
        return identities.namespaceOf(key).handle(next).thenCompose(Function.identity());
    }

    private CompletionStage<LambdaResult> send(AuthKey key, String lambda, JsonObject input, Optional<String> reply) {
        return domain.call(new LambdaCall(
                lambda, input.text(), ByteString.EMPTY, false, false, 0, "", Optional.of(header(key)), reply));
    }

    private String header(AuthKey key) {
        String known = headers.get(key);
        if (known == null) {
            known = key.basicHeader();
            if (headers.size() >= MAX_KEYS) {
                headers.clear();
            }
            headers.put(key, known);
        }
        return known;
    }

    /** Remembers where the activation is, unless we made it up. */
    private Outcome ended(LambdaResult result, Outcome outcome) {
        ActivationPlaces told = places;
        if (told != null && result instanceof LambdaResult.Done done && Envelope.holds(done.output())) {
            Optional<ActivationId> id = outcome instanceof Outcome.Accepted accepted
                    ? accepted.activationId()
                    : outcome instanceof Outcome.Completed completed
                            ? Optional.of(completed.activation().id())
                            : Optional.empty();
            id.ifPresent(known -> told.remember(known, done.responder()));
        }
        return outcome;
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
                ? DomainClient.unavailable(retcode)
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
