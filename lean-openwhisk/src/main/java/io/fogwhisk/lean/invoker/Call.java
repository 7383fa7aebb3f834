package io.fogwhisk.lean.invoker;

import io.fogwhisk.lean.queue.Entry;
import io.fogwhisk.wsk.model.ActivationId;
import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.Optional;

/**
 * One activation to be run.
 *
 * @param run the entry it belongs to
 * @param action what runs
 * @param params what the caller gave, over which nothing is merged but under which the action's own are
 * @param key of the namespace that invoked
 * @param cause the sequence that this is a component of
 */
record Call(
        EntryRun run,
        ResolvedAction action,
        JsonObject params,
        AuthKey key,
        ActivationId id,
        Optional<ActivationId> cause) {

    /** The same call of an action that was changed meanwhile. */
    Call with(ResolvedAction changed) {
        return new Call(run, changed, params, key, id, cause);
    }

    Entry entry() {
        return run.entry();
    }

    /** What the action receives. */
    JsonObject input() {
        return action.params().merge(params);
    }
}
