package io.fogwhisk.wsk;

import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.concurrent.CompletionStage;

/**
 * An OpenWhisk: the lean one in this process, one behind an edge domain, or Apache OpenWhisk over REST.
 *
 * <p>Threads: every method may be called by any thread and returns without waiting for the network or the disk; the
 * stage completes on a thread of the implementation, so callbacks must be short and must not block.
 *
 * <p>Failure: every outcome that can be foreseen is an {@link Outcome}; a stage that completes exceptionally is a bug.
 */
public interface OpenWhisk {

    /**
     * Fires a trigger. {@link Outcome.Accepted} says that the fire is on durable storage and will be run whatever
     * happens to the process.
     *
     * @param key of the caller; {@code _} in the trigger's namespace stands for the key's own
     * @param trigger without a package
     * @param payload merged over the trigger's own parameters
     */
    CompletionStage<Outcome> fire(AuthKey key, QualifiedName trigger, JsonObject payload);

    /**
     * Invokes an action.
     *
     * @param blocking true to wait for {@link Outcome.Completed}; an action that outlasts the implementation's limit
     *     for blocking calls ends as {@link Outcome.Accepted}
     * @param params merged over the action's own parameters
     */
    CompletionStage<Outcome> invoke(AuthKey key, QualifiedName action, JsonObject params, boolean blocking);
}
