package io.fogwhisk.wsk;

import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The feeds of triggers, as an OpenWhisk that keeps the triggers wants to know them: what its users see of a feed,
 * whom to tell that a trigger is gone, and whether accepting is more urgent than running. Thread-safe.
 */
public interface TriggerFeeds {

    /** For an OpenWhisk whose triggers no feed provider of this process fires. */
    TriggerFeeds NONE = new TriggerFeeds() {
        @Override
        public Optional<JsonObject> state(QualifiedName trigger) {
            return Optional.empty();
        }

        @Override
        public CompletionStage<Boolean> deleted(QualifiedName trigger) {
            return CompletableFuture.completedStage(false);
        }
    };

    /**
     * What a user should know of the feed of a trigger: its state, what went wrong last, and counts, without secrets.
     * Never waits.
     *
     * @param trigger with its namespace
     * @return empty if no feed fires the trigger
     */
    Optional<JsonObject> state(QualifiedName trigger);

    /**
     * A trigger was deleted: nothing may fire it any more. Telling it twice is no fault.
     *
     * @param trigger with its namespace
     * @return completes when that is durable, with whether there was a feed
     */
    CompletionStage<Boolean> deleted(QualifiedName trigger);

    /**
     * Whether brokers have been bringing more messages than are accepted, for a while: what is accepted is safe, what
     * waits at a broker may not be. Never waits.
     */
    default boolean flooded() {
        return false;
    }
}
