package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.lean.identity.NamespaceLimits;
import io.fogwhisk.lean.queue.Invocation;
import io.fogwhisk.lean.queue.InvocationQueue;
import io.fogwhisk.lean.queue.Origin;
import io.fogwhisk.lean.queue.Stamp;
import io.fogwhisk.lean.store.Entitlement;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.Activation;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way in for those whose namespace is known: checks a fire or an invocation, puts it into the queue, and keeps the
 * callers who wait for the result. Thread-safe, never waits.
 */
public final class Invocations {

    /** The longest payload, in bytes. */
    public static final int MAX_PAYLOAD = 1_048_576;

    private static final int MAX_WAITING = 10_000;
    private static final CompletionStage<Outcome> NOTHING_TO_RUN =
            CompletableFuture.completedFuture(new Outcome.Accepted(Optional.empty()));

    private final EntityStore entities;
    private final Entitlement entitlement;
    private final ActionResolver resolver;
    private final InvocationQueue queue;
    private final Invoker invoker;
    private final IdentitySource identities;
    private final Clock clock;
    private final Timer timer;
    private final Map<ActivationId, Waiter> waiting = new ConcurrentHashMap<>();

    /**
     * The way into a queue.
     *
     * @param invoker runs what a caller waits for
     * @param identities of the callers, for their limits
     * @param timer ends the waiting; the caller owns it
     */
    public Invocations(
            EntityStore entities,
            Entitlement entitlement,
            ActionResolver resolver,
            InvocationQueue queue,
            Invoker invoker,
            IdentitySource identities,
            Clock clock,
            Timer timer) {
        this.entities = entities;
        this.entitlement = entitlement;
        this.resolver = resolver;
        this.queue = queue;
        this.invoker = invoker;
        this.identities = identities;
        this.clock = clock;
        this.timer = timer;
    }

    /**
     * Fires a trigger.
     *
     * @param caller the namespace; {@code _} in the trigger's name stands for it
     * @param origin what led to it
     */
    public CompletionStage<Outcome> fire(String caller, QualifiedName trigger, JsonObject payload, Origin origin) {
        String namespace = trigger.namespace().equals(QualifiedName.DEFAULT_NAMESPACE) ? caller : trigger.namespace();
        if (!namespace.equals(caller)) {
            return refused(LeanException.notAuthorized(namespace + "/" + trigger.name()));
        }
        if (trigger.packageName().isPresent()) {
            return refused(LeanException.notFound());
        }
        WhiskTrigger found = entities.trigger(namespace, trigger.name());
        if (found == null) {
            return refused(LeanException.notFound());
        }
        if (tooLong(payload)) {
            return refused(payloadTooLong(payload));
        }
        @Nullable Identity identity = identities.byNamespace(caller);
        if (identity == null) {
            return unknown(caller);
        }
        long count = invoker.uses().namespace(caller).countFire(clock.millis());
        int allowed = identity.limits().firesPerMinute();
        if (count > allowed) {
            return tooMany(count, allowed);
        }
        return found.hasActiveRule()
                ? queue.accept(new Invocation(caller, true, found.name(), payload, origin), Invocations::nobodyWaits)
                : NOTHING_TO_RUN;
    }

    /**
     * Invokes an action.
     *
     * @param caller the namespace; {@code _} in the action's name stands for it
     * @param wait how long to wait for {@link Outcome.Completed}; zero not at all
     * @param origin what led to it
     */
    public CompletionStage<Outcome> invoke(
            String caller, QualifiedName action, JsonObject params, Duration wait, Origin origin) {
        QualifiedName name = action.resolve(caller);
        try {
            entitlement.checkAction(caller, name);
        } catch (LeanException e) {
            return refused(e);
        }
        ResolvedAction found = resolver.resolve(name);
        if (found == null) {
            return refused(LeanException.notFound());
        }
        if (tooLong(params)) {
            return refused(payloadTooLong(params));
        }
        @Nullable Identity identity = identities.byNamespace(caller);
        if (identity == null) {
            return unknown(caller);
        }
        NamespaceUse use = invoker.uses().namespace(caller);
        NamespaceLimits limits = identity.limits();
        long count = use.countInvocation(clock.millis());
        if (count > limits.invocationsPerMinute()) {
            return tooMany(count, limits.invocationsPerMinute());
        }
        int inFlight = use.accept();
        if (inFlight >= limits.concurrentInvocations()) {
            use.giveUp();
            return unavailable("Too many concurrent requests in flight (count: " + inFlight + ", allowed: "
                    + limits.concurrentInvocations() + ").");
        }
        Invocation invocation = new Invocation(caller, false, name, params, origin);
        if (!wait.isZero()) {
            Optional<CompletionStage<Outcome>> now = invoker.runNow(invocation, found, identity, wait);
            if (now.isPresent()) {
                return now.get();
            }
            return await(invocation, wait, use);
        }
        return queue.accept(invocation, Invocations::nobodyWaits).whenComplete((outcome, failure) -> {
            // What was accepted ends with its activation.
            if (!(outcome instanceof Outcome.Accepted)) {
                use.giveUp();
            }
        });
    }

    /** Tells whoever waits for an activation that it is stored. */
    public void stored(Activation activation) {
        Waiter waiter = waiting.get(activation.id());
        if (waiter != null) {
            waiter.complete(new Outcome.Completed(activation));
        }
    }

    /** Ends the waiting of everybody: what was accepted runs after the next start. */
    public void close() {
        waiting.forEach((id, waiter) -> waiter.complete(new Outcome.Accepted(Optional.of(id))));
    }

    private CompletionStage<Outcome> await(Invocation invocation, Duration wait, NamespaceUse use) {
        if (waiting.size() >= MAX_WAITING) {
            use.giveUp();
            return unavailable(MAX_WAITING + " callers wait for results already: do not block, or retry");
        }
        Waiter waiter = new Waiter();
        // Registered before anybody can take the entry, or its end could be missed.
        return queue.accept(invocation, waiter).thenCompose(outcome -> {
            if (outcome instanceof Outcome.Accepted) {
                waiter.limit(outcome, wait);
            } else {
                use.giveUp();
                waiter.complete(outcome);
            }
            return waiter.result;
        });
    }

    /** A caller who waits for the end of an activation. */
    private final class Waiter implements Consumer<Stamp> {
        private final CompletableFuture<Outcome> result = new CompletableFuture<>();
        private volatile @Nullable ActivationId id;
        private volatile Runnable cancelLimit = Waiter::noLimit;

        @Override
        public void accept(Stamp stamp) {
            ActivationId first = stamp.id(0);
            id = first;
            waiting.put(first, this);
        }

        void limit(Outcome otherwise, Duration wait) {
            cancelLimit = timer.after(wait, () -> complete(otherwise));
            if (result.isDone()) {
                cancelLimit.run();
            }
        }

        void complete(Outcome outcome) {
            ActivationId known = id;
            if (known != null) {
                waiting.remove(known);
            }
            result.complete(outcome);
            cancelLimit.run();
        }

        private static void noLimit() {}
    }

    private static void nobodyWaits(Stamp stamp) {}

    private static boolean tooLong(JsonObject payload) {
        // At most three bytes per UTF-16 unit, so most payloads need not be encoded to know.
        return payload.text().length() > MAX_PAYLOAD / 3 && bytes(payload) > MAX_PAYLOAD;
    }

    private static int bytes(JsonObject payload) {
        return payload.text().getBytes(StandardCharsets.UTF_8).length;
    }

    private static LeanException payloadTooLong(JsonObject payload) {
        return new LeanException(
                413, "Request larger than allowed: " + bytes(payload) + " > " + MAX_PAYLOAD + " bytes.");
    }

    private static CompletionStage<Outcome> tooMany(long count, int allowed) {
        return unavailable("Too many requests in the last minute (count: " + count + ", allowed: " + allowed + ").");
    }

    private static CompletionStage<Outcome> unavailable(String why) {
        return CompletableFuture.completedFuture(new Outcome.Unavailable(Outcome.TOO_MANY_REQUESTS, why));
    }

    private static CompletionStage<Outcome> unknown(String namespace) {
        return refused(new LeanException(403, "The namespace " + namespace + " has no key any more."));
    }

    private static CompletionStage<Outcome> refused(LeanException why) {
        return CompletableFuture.completedFuture(new Outcome.Rejected(why.status(), String.valueOf(why.getMessage())));
    }
}
