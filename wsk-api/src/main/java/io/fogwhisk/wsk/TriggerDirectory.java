package io.fogwhisk.wsk;

import io.fogwhisk.wsk.model.AuthKey;
import io.fogwhisk.wsk.model.QualifiedName;
import java.util.concurrent.CompletionStage;

/**
 * The triggers of an OpenWhisk, as who fires them wants to know them.
 *
 * <p>Threads: every method may be called by any thread and returns without waiting; the stages complete on a thread of
 * the implementation and never exceptionally.
 */
public interface TriggerDirectory {

    /** Whether there is a trigger. */
    enum Existence {
        /** It is there, and the key may use it. */
        PRESENT,
        /** It is not there. */
        ABSENT,
        /** The key is not valid any more, or not for it. */
        FORBIDDEN,
        /** The OpenWhisk could not be asked. */
        UNKNOWN
    }

    /** Asks for a trigger. */
    CompletionStage<Existence> find(AuthKey key, QualifiedName trigger);

    /**
     * Deletes a trigger.
     *
     * @param rules whether its rules are deleted as well
     * @return {@link Outcome.Accepted} once it is gone, also if it had been before
     */
    CompletionStage<Outcome> delete(AuthKey key, QualifiedName trigger, boolean rules);
}
