package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.identity.Identity;
import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.lean.queue.Stamp;
import io.fogwhisk.wsk.model.ActivationId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One activation to be run.
 *
 * @param run the entry it belongs to
 * @param action what runs
 * @param params what the caller gave, over which nothing is merged but under which the action's own are
 * @param identity of the namespace that invoked
 * @param cause the trigger whose rule invoked, or the composition that this is a component of
 * @param composition what this is a component of, or null if it is none
 */
record Call(
        EntryRun run,
        ResolvedAction action,
        Value params,
        Identity identity,
        ActivationId id,
        Optional<ActivationId> cause,
        @Nullable Composition composition) {

    /** An activation that an entry asks for. */
    static Call of(
            EntryRun run,
            ResolvedAction action,
            Value params,
            Identity identity,
            ActivationId id,
            Optional<ActivationId> cause) {
        return new Call(run, action, params, identity, id, cause, null);
    }

    /** The same call of an action that was changed meanwhile. */
    Call with(ResolvedAction changed) {
        return new Call(run, changed, params, identity, id, cause, composition);
    }

    Entry entry() {
        return run.entry();
    }

    /** The lane it runs in. */
    Lanes.Key lane() {
        return new Lanes.Key(identity.namespace(), action.invokedAs());
    }

    /** What the action receives. */
    Value input() {
        return params.over(action.params());
    }

    /** When the invocation was accepted: that of the fire, for what a rule invokes. */
    long acceptedNanos() {
        return entry().invocation()
                .origin()
                .cause()
                .map(Stamp::nanosOf)
                .orElse(entry().stamp().nanos());
    }

    /** The id of the request, or of the activation if there was none. */
    String transactionId() {
        String known = entry().invocation().origin().transactionId();
        return known.isEmpty() ? id.hex() : known;
    }
}
